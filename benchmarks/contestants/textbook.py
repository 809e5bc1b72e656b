"""
How the tutorials would keep it: a FastAPI model, python-telegram-bot's objects, one ORM
transaction for each message. asyncpg for PostgreSQL, which is the quickest driver for this.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import BigInteger, UniqueConstraint, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Bot, Update

from benchmarks.bodies import TELEGRAM_PATH, TELEGRAM_SECRET, TELEGRAM_TOKEN
from benchmarks.contestants import DATABASE, listen, run
from benchmarks.durability import told_by

DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Base(DeclarativeBase):
    pass


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("update_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True)
    text: Mapped[str]
    arrived_at: Mapped[str]


class Incoming(BaseModel):
    """The update as FastAPI reads it; the rest is python-telegram-bot's."""

    update_id: int
    message: dict[str, Any]


async def main() -> None:
    url = make_url(DATABASE)
    kind = url.get_backend_name()
    url = url.set(
        drivername={"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[kind]
    )
    engine = create_async_engine(url, pool_size=10, max_overflow=20)
    if kind == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def durable(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            for pragma in ("journal_mode = wal", "synchronous = full", "busy_timeout = 30000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await told_by(lambda ask: connection.scalar(text(ask)), kind)
    session, bot, web = async_sessionmaker(engine), Bot(TELEGRAM_TOKEN), FastAPI()

    @web.post(TELEGRAM_PATH)
    async def accept(
        incoming: Incoming, x_telegram_bot_api_secret_token: Annotated[str, Header()]
    ) -> dict[str, bool]:
        if x_telegram_bot_api_secret_token != TELEGRAM_SECRET:
            raise HTTPException(403)
        update = Update.de_json(incoming.model_dump(), bot)
        if update.message is None:
            raise HTTPException(400)
        try:
            async with session() as work, work.begin():
                work.add(
                    Message(
                        update_id=update.update_id,
                        chat_id=update.message.chat_id,
                        text=update.message.text or "",
                        arrived_at=datetime.now(UTC).isoformat(),
                    )
                )
        except IntegrityError:
            return {"ok": True}
        return {"ok": True}

    await listen(web)
    await engine.dispose()


if __name__ == "__main__":
    run(main)
