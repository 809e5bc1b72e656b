"""
The compose file and the image: zones, no secrets, nothing writable that need not be.

Where a container engine is at hand the file is run; here its structure is what is checked.
"""

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
import yaml

from bots.registry import PLATFORMS
from bridge.settings import SECRETS, with_secrets
from bridge.vault.database import MORE, POOL, POSTGRESQL
from bridge.wiring import settings_of
from casestore.settings import Settings as StoreSettings

ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("bridge", "casestore")
DATABASES: Final = ("bridge-db", "casestore-db")
DOOR: Final = "door"
EVERY: Final = (*OURS, *DATABASES, DOOR)


class Compose:
    """docker-compose.yml, parsed, with a shape checked on the way to each part."""

    def __init__(self, text: str) -> None:
        self.top = _mapping(yaml.safe_load(text))

    def part(self, name: str) -> Mapping[str, object]:
        return _mapping(self.top[name])

    def service(self, name: str) -> Mapping[str, object]:
        return _mapping(self.part("services")[name])

    def environment(self, name: str) -> Mapping[str, str]:
        found = _mapping(self.service(name).get("environment", {}))
        assert all(isinstance(text, str) for text in found.values())
        return {key: str(text) for key, text in found.items()}

    def listed(self, name: str, key: str) -> list[str]:
        found = self.service(name).get(key, [])
        assert isinstance(found, list)
        assert all(isinstance(each, str) for each in found)
        return found


def _mapping(found: object) -> Mapping[str, object]:
    assert isinstance(found, dict)
    assert all(isinstance(key, str) for key in found)
    return found


@pytest.fixture(scope="module")
def compose() -> Compose:
    return Compose((ROOT / "docker-compose.yml").read_text())


def schema_says(file: Path) -> str:
    """What the Compose Specification's own schema has to say against a file."""
    ran = subprocess.run(
        [sys.executable, "-m", "check_jsonschema",
         "--builtin-schema", "vendor.compose-spec", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def test_it_is_a_compose_file(tmp_path: Path) -> None:
    """A key misspelt is a protection that is silently not there."""
    file, misspelt = ROOT / "docker-compose.yml", tmp_path / "misspelt.yml"
    misspelt.write_text(file.read_text().replace("read_only:", "readonly:"))

    assert schema_says(file) == ""
    assert "'readonly' was unexpected" in schema_says(misspelt)


def test_what_it_names_is_there(compose: Compose) -> None:
    """The schema does not know which networks, volumes and secrets there are."""
    known = {"services", "networks", "volumes", "secrets", "configs"}
    assert {name for name in compose.top if not name.startswith("x-")} == known
    assert set(compose.part("services")) == set(EVERY)
    for name in compose.part("services"):
        service = compose.service(name)
        assert set(compose.listed(name, "networks")) <= set(compose.part("networks"))
        assert set(compose.listed(name, "secrets")) <= set(compose.part("secrets"))
        for volume in compose.listed(name, "volumes"):
            assert volume.split(":")[0] in compose.part("volumes")
        for needed, how in _mapping(service.get("depends_on", {})).items():
            assert needed in compose.part("services")
            assert how == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", EVERY)
def test_every_container_can_do_as_little_as_possible(compose: Compose, name: str) -> None:
    """Whoever gets in through a library finds nothing to write to and nobody to become."""
    service = compose.service(name)

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert compose.listed(name, "tmpfs")[0].strip("/") == "tmp"
    assert str(service["user"]).split(":")[0] not in {"", "0", "root"}
    assert _mapping(service["healthcheck"])["test"]


def test_only_the_bridge_reaches_the_case_store(compose: Compose) -> None:
    """R46: the case store sits in its zone, with one opening."""
    on = {name: set(compose.listed(name, "networks")) for name in compose.part("services")}

    assert {name for name in on if on[name] & on["casestore"]} == {
        "casestore",
        "bridge",
        "casestore-db",
    }
    assert on["bridge"] & on["casestore"] == {"zone"}
    assert not on["bridge"] & on["casestore-db"]
    assert not on["casestore"] & on["bridge-db"]
    assert "outside" not in on["casestore"] | on["casestore-db"] | on["bridge-db"]
    for network in {"zone"} | on["bridge-db"] | on["casestore-db"]:
        assert _mapping(compose.part("networks")[network])["internal"] is True


def test_nothing_is_published_beyond_this_machine(compose: Compose) -> None:
    """A port on 0.0.0.0 goes past the machine's own firewall, as Docker does it."""
    for name in compose.part("services"):
        ports = compose.listed(name, "ports")
        assert all(port.startswith("127.0.0.1:") for port in ports)
        assert bool(ports) == (name in {DOOR, "casestore"})


def test_there_may_be_as_many_bridges_as_are_needed(compose: Compose, tmp_path: Path) -> None:
    """`--scale bridge=4`: a port or a name that only one can have lets only one start."""
    bridge = compose.service("bridge")

    assert bridge.keys() & {"ports", "container_name", "hostname"} == set()
    assert set(compose.listed("bridge", "networks")) & set(compose.listed(DOOR, "networks")) == {
        "hall"
    }
    assert _mapping(compose.part("networks")["hall"])["internal"] is True
    # What they share: the key file, and a database that takes more than one at a time.
    assert "bridge-keys:/keys" in compose.listed("bridge", "volumes")
    env = with_secrets(filled(compose.environment("bridge"), tmp_path))
    assert env["UTEBRU_DATABASE_URL"].startswith("postgresql+psycopg://")


def test_the_database_has_room_for_four_bridges_and_keeps_what_it_says(compose: Compose) -> None:
    """The fifth that cannot connect is a bridge that takes nothing in."""
    told = dict(
        option.removeprefix("-c").split("=")
        for option in compose.listed("bridge-db", "command")
        if option.startswith("-c")
    )

    assert int(told["max_connections"]) >= 4 * (POOL + MORE + 1) + 10
    for setting, accepted in POSTGRESQL.items():
        assert told[setting] in accepted


def door() -> Mapping[str, list[str]]:
    """haproxy.cfg by its parts: what stands in each, line by line."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "haproxy.cfg").read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            found[line] = part = []
        elif line.strip() and not line.strip().startswith("#"):
            part.append(line.strip())
    return found


def test_the_door_leads_to_every_bridge_that_can_take_things_in(compose: Compose) -> None:
    """A call that is given to a bridge without a database is a message that comes late."""
    bridges = door()["backend bridges"]
    (template,) = [line.split() for line in bridges if line.startswith("server-template")]

    assert template[1:] == [
        "bridge",
        "1-16",
        f"bridge:{compose.environment('bridge')['UTEBRU_PORT']}",
    ]
    assert "option httpchk GET /readyz" in bridges
    (servers,) = [line for line in bridges if line.startswith("default-server")]
    assert "check" in servers.split()
    # Tried again only where nobody has had it: the platform tells again by itself.
    assert "retry-on conn-failure" in door()["defaults"]


def test_what_is_for_the_watch_is_not_for_the_internet(compose: Compose) -> None:
    """How many wait and how often somebody is refused is nobody's business outside."""
    parts = door()
    published = {port.split(":")[-1] for port in compose.listed(DOOR, "ports")}
    binds = {name: parts[f"frontend {name}"][0] for name in ("platforms", "watch")}

    assert binds == {"platforms": "bind :8700", "watch": "bind :8702"}
    assert published == {"8700", "8702"}
    closed = "http-request deny deny_status 404 if { path,url_dec -m str /health /metrics }"
    open_ = "http-request deny deny_status 404 unless { path /livez /readyz /health /metrics }"
    assert closed in parts["frontend platforms"]
    assert open_ in parts["frontend watch"]


def test_keys_lie_on_another_volume_than_data(compose: Compose) -> None:
    """A copied data volume must not bring the key along."""
    for name in OURS:
        mounts = dict(volume.split(":") for volume in compose.listed(name, "volumes"))
        assert sorted(mounts.values()) == ["/data", "/keys"]


def secrets_in(text: str) -> Iterator[str]:
    """What looks like a secret that stands there itself."""
    yield from re.findall(r"xox[a-z]-\w|xapp-\w|\b\d{6,}:[\w-]{20,}|://[^/\s:]+:[^/\s@]+@", text)
    for name, value in re.findall(r"^\s*(\w+): *(.*)$", text, re.MULTILINE):
        is_secret = re.search(r"TOKEN|SECRET|PASSWORD|DATABASE_URL", name)
        if is_secret and value and not name.endswith("_FILE"):
            yield name


def test_no_secret_stands_in_the_file(compose: Compose) -> None:
    """The file is in a repository, and repositories are copied."""
    text = (ROOT / "docker-compose.yml").read_text()

    assert list(secrets_in(text)) == []
    assert list(secrets_in("  POSTGRES_PASSWORD: hunter2\n")) == ["POSTGRES_PASSWORD"]
    assert list(secrets_in("a: postgresql://a:b@c\n")) == ["://a:b@"]
    for name in compose.part("secrets"):
        assert _mapping(compose.part("secrets")[name]) == {"file": f"./secrets/{name}"}


def test_every_secret_that_is_named_is_handed_over(compose: Compose) -> None:
    """A path to a secret that is not mounted keeps the service from starting."""
    for name in compose.part("services"):
        paths = {p for key, p in compose.environment(name).items() if key.endswith("_FILE")}
        assert paths == {f"/run/secrets/{secret}" for secret in compose.listed(name, "secrets")}


def test_the_guide_makes_every_secret_that_the_file_asks_for(compose: Compose) -> None:
    """A file that is not there keeps everything from starting, also for who does not use it."""
    guide = (ROOT / "docs" / "operations.md").read_text()
    (made,) = re.findall(r"^   ```sh\n(.*?cd secrets.*?)^   ```", guide, re.MULTILINE | re.DOTALL)

    assert set(compose.part("secrets")) <= set(re.findall(r"[a-z_]+", made))


def filled(env: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """The environment as the engine would hand it over, with secrets that fit."""
    secrets = {
        "bridge_database_url": "postgresql+psycopg://bridge:x@bridge-db/bridge",
        "casestore_database_url": "postgresql+psycopg://casestore:x@casestore-db/casestore",
        "outlook_certificate": "",  # or a certificate, and then no secret
    }
    found = {}
    for name, text in env.items():
        chosen = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
        if chosen.startswith("/run/secrets/"):
            secret = chosen.removeprefix("/run/secrets/")
            (folder / secret).write_text(secrets.get(secret, f"a-secret-for-{secret}"))
            chosen = str(folder / secret)
        found[name] = chosen
    return found


def test_the_bridge_understands_what_it_is_given(compose: Compose, tmp_path: Path) -> None:
    """The same settings, read by the same code, before anybody starts a container."""
    chosen = {
        "UTEBRU_SLACK__ROOM": "C01",
        "UTEBRU_PUBLIC_URL": "https://bro.example",
        "UTEBRU_META__PAGE_ID": "100200300",
        "UTEBRU_META__WHATSAPP_NUMBER_ID": "106540352242922",
        "UTEBRU_META__WHATSAPP_ACCOUNT_ID": "102290129340398",
        "UTEBRU_OUTLOOK__TENANT_ID": "kommunen.example",
        "UTEBRU_OUTLOOK__CLIENT_ID": "2b1c5b9e-0000-4a00-9a00-1f0e6f2f7c11",
        "UTEBRU_OUTLOOK__MAILBOX": "ute@kommunen.example",
        "UTEBRU_OUTLOOK__MAILBOXES": "anna@kommunen.example=C02",
        "UTEBRU_OUTLOOK__SHELF": "leader",
        "UTEBRU_OUTLOOK__SINCE": "2026-11-01",
        "UTEBRU_SLACK__LEADER_ROOM": "C03",
    }
    env = {**filled(compose.environment("bridge"), tmp_path), **chosen}
    image = dict(re.findall(r"(UTEBRU_\w+)=(\S+)", (ROOT / "Dockerfile").read_text()))

    settings = settings_of({**image, **env})

    assert settings.casestore.url == "http://casestore:8701"
    assert settings.keyring == Path("/keys/keyring.json")
    every = (*SECRETS, *(name for each in PLATFORMS for name in each.secrets))
    assert {f"UTEBRU_{name}_FILE" for name in every} - env.keys() == {
        "UTEBRU_CASESTORE__DATABASE_URL_FILE",
        "UTEBRU_CASESTORE__OIDC_CLIENT_SECRET_FILE",
        "UTEBRU_HSM__PIN_FILE",
    }


def test_the_case_store_gets_its_secrets(compose: Compose, tmp_path: Path) -> None:
    """It reads plain variables; the command hands it what the files hold."""
    env = with_secrets(filled(compose.environment("casestore"), tmp_path))

    assert env["UTEBRU_CASESTORE__TOKEN"] == "a-secret-for-casestore_token"
    assert env["UTEBRU_CASESTORE__DATABASE_URL"].startswith("postgresql+psycopg://")


def shown_in_the_guide(service: str, file: Path) -> Compose:
    """What is to be copied for one service; also written to `file`."""
    guide = (ROOT / "docs" / "operations.md").read_text()
    every = re.findall(r"^   ```yaml\n(.*?)^   ```", guide, re.MULTILINE | re.DOTALL)
    shown = [textwrap.dedent(each) for each in every]
    (ours,) = [each for each in shown if service in Compose(each).part("services")]
    file.write_text(ours)
    return Compose(ours)


def test_the_way_to_a_token_is_as_the_guide_says(compose: Compose, tmp_path: Path) -> None:
    """A bridge that finds no token makes its keys in a file, on each machine another."""
    override = shown_in_the_guide("bridge", tmp_path / "override.yml")
    (mount,) = override.listed("bridge", "volumes")
    library, inside, mode = mount.split(":")
    told = dict(override.environment("bridge"))
    (tmp_path / "library.so").touch()

    assert schema_says(tmp_path / "override.yml") == ""
    assert (mode, told["UTEBRU_HSM__MODULE"]) == ("ro", inside)
    assert library.startswith("/")
    assert override.listed("bridge", "secrets") == list(override.part("secrets"))
    told["UTEBRU_HSM__MODULE"] = str(tmp_path / "library.so")
    token = settings_of(filled(told, tmp_path)).token
    assert token is not None
    assert token.pin == "a-secret-for-hsm_pin"


def test_the_way_out_to_the_municipalitys_log_in_is_as_the_guide_says(tmp_path: Path) -> None:
    """What is copied from a guide at a quarter to four must be right the first time."""
    override = shown_in_the_guide("casestore", tmp_path / "override.yml")
    given = with_secrets(filled(override.environment("casestore"), tmp_path))
    needed = {"UTEBRU_CASESTORE__TOKEN": "a-secret-for-the-bridge"}

    assert schema_says(tmp_path / "override.yml") == ""
    assert set(override.listed("casestore", "networks")) == set(override.part("networks"))
    assert override.listed("casestore", "secrets") == list(override.part("secrets"))
    assert StoreSettings.from_env({**given, **needed}).oidc is not None


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    """What is built twice is the same, and root is not needed for any of it."""
    lines = (ROOT / "Dockerfile").read_text()
    last = lines[lines.rindex("FROM ") :]

    assert "--require-hashes" in lines
    assert last.index("USER utebru") < last.index("ENTRYPOINT")
    assert "root" not in last[last.index("USER utebru") :]
    for source in re.findall(r"^COPY (?!--from)(\S+)", lines, re.MULTILINE):
        assert (ROOT / source).exists()
    assert list(secrets_in(lines)) == []


def test_the_gate_is_whole_and_the_same_for_everybody() -> None:
    """`make test` is the gate: its checks in their order, and CI changes none of them."""
    ran = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/ready", "test", "CI=true"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    gate = [line.strip() for line in ran.stdout.splitlines() if line.startswith(".venv/bin/")]

    assert [line.removeprefix(".venv/bin/").split(" -n")[0] for line in gate] == [
        "ruff format --check .",
        "ruff check .",
        "mypy --strict bots bridge casestore benchmarks tests",
        "lint-imports",
        "pytest",
    ]
    assert "exec make test" in (ROOT / ".ci" / "run").read_text()
