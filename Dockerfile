# One image for the bridge and for the case store; the command says which.

FROM python:3.13-slim AS packages
COPY requirements/run.txt /requirements.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r /requirements.txt \
 && /venv/bin/pip --disable-pip-version-check check

FROM python:3.13-slim
# Nothing is written but under /data and /keys, so the rest can be mounted read-only.
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data UTEBRU_DATA_DIR=/data UTEBRU_KEYRING=/keys/keyring.json
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin utebru \
 && install --directory --owner utebru --group utebru --mode 0700 /data /keys
COPY --from=packages /venv /venv
COPY bots /app/bots
COPY bridge /app/bridge
COPY casestore /app/casestore
RUN python -m compileall -q /app
WORKDIR /data
USER utebru
VOLUME ["/data", "/keys"]
ENTRYPOINT ["python", "-m", "bridge"]
CMD ["serve"]
