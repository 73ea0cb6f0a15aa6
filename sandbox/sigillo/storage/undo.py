"""Dictionaries that can take their changes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class UndoLog:
    """How to take back what a transaction did, newest last."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []

    def note(self, step: Callable[[], object]) -> None:
        """Note how to take one change back."""
        self._steps.append(step)

    def forget(self) -> None:
        """Let the changes stand."""
        self._steps.clear()

    def roll_back(self) -> None:
        """Take all changes back, the newest first."""
        while self._steps:
            self._steps.pop()()


class Table(Generic[Key, Value]):
    """Rows by key, in the order in which they came; every change is noted in the log."""

    __slots__ = ("_log", "rows")

    def __init__(self, log: UndoLog) -> None:
        self._log = log
        self.rows: dict[Key, Value] = {}

    def put(self, key: Key, value: Value) -> None:
        """Keep a row, in place of one before."""
        rows = self.rows
        if key in rows:
            before = rows[key]
            self._log.note(lambda: rows.__setitem__(key, before))
        else:
            self._log.note(lambda: rows.__delitem__(key))
        rows[key] = value

    def drop(self, key: Key) -> None:
        """Forget a row, if there is one; taken back it comes last."""
        if key in self.rows:
            before = self.rows.pop(key)
            self._log.note(lambda: self.rows.__setitem__(key, before))
