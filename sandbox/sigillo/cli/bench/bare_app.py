"""The floor of the server: a bare FastAPI app with the same body, one insertion, one look-up. Run as a script.

`python bare_app.py PORT DATABASE` serves it as Sigillo is served: uvicorn, one worker, uvloop, httptools. It imports
nothing of Sigillo, so that its start and its memory are FastAPI's own.
"""

from __future__ import annotations

import sqlite3
import sys

import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel


class Party(BaseModel):
    """A sender or a recipient."""

    name: str
    email: str
    kind: str | None = None
    company: str | None = None


class LetterIn(BaseModel):
    """The same fields that the measured request to Sigillo has."""

    service: str
    sender: Party
    recipient: Party
    subject: str
    content: str
    reference: str | None = None


class LetterOut(LetterIn):
    """What is answered: what was sent, and its number."""

    id: int


def build_app(database: str) -> FastAPI:
    """Build the app over a new database: WAL, synchronous NORMAL, one transaction a request."""
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE IF NOT EXISTS letters (id INTEGER PRIMARY KEY, recipient TEXT, document TEXT)")
    app = FastAPI(openapi_url=None)

    @app.post("/letters", status_code=201)
    async def send(letter: LetterIn) -> LetterOut:
        row = (letter.recipient.email, letter.model_dump_json())
        number = connection.execute("INSERT INTO letters (recipient, document) VALUES (?, ?)", row).lastrowid
        return LetterOut(id=number or 0, **letter.model_dump())

    @app.get("/letters/{number}")
    async def get(number: int) -> LetterOut:
        (document,) = connection.execute("SELECT document FROM letters WHERE id = ?", (number,)).fetchone()
        return LetterOut(id=number, **LetterIn.model_validate_json(document).model_dump())

    @app.post("/files", status_code=201)
    async def upload(request: Request) -> dict[str, int]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
        return {"size": size}

    return app


if __name__ == "__main__":
    uvicorn.run(
        build_app(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
