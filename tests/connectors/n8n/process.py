"""The process of n8n on loopback, which can be ended and started again, with all that would call home switched off."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.connectors.n8n.programs import SERVER, SERVER_FOLDER, environment, installed

_START_S = 300.0
_END_S = 20.0
_SETTINGS = {
    "N8N_HOST": "127.0.0.1",
    "N8N_LISTEN_ADDRESS": "127.0.0.1",
    "N8N_PROTOCOL": "http",
    "DB_TYPE": "sqlite",
    "N8N_ENCRYPTION_KEY": "fixed-for-tests",
    "N8N_SECURE_COOKIE": "false",
    "GENERIC_TIMEZONE": "Europe/Rome",
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_PERSONALIZATION_ENABLED": "false",
    "N8N_HIRING_BANNER_ENABLED": "false",
    "EXTERNAL_FRONTEND_HOOKS_URLS": "",
    "N8N_DIAGNOSTICS_CONFIG_FRONTEND": "",
    "N8N_DIAGNOSTICS_CONFIG_BACKEND": "",
    "N8N_VERIFIED_PACKAGES_ENABLED": "false",
    "N8N_UNVERIFIED_PACKAGES_ENABLED": "true",
    "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS": "false",
    "N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS": "500",
}
# Older ones do not start when they are told to leave out what they do not have.
_NOT_IN_OLDER_ONES = {"server": {"N8N_DISABLED_MODULES": "mcp-registry"}}


@dataclass
class Process:
    """n8n with its data in a folder, at an address that stays when it is started again."""

    address: str
    settings: dict[str, str]
    log: Path
    crash: Path
    _running: subprocess.Popen[bytes] | None = None

    @classmethod
    def on(cls, folder: Path, **more: str) -> Process:
        """One that is yet to be started; `more` are settings in its environment."""
        port, broker = free_ports(2)
        address = f"http://127.0.0.1:{port}"
        own = {
            "N8N_USER_FOLDER": str(folder),
            "N8N_PORT": str(port),
            "WEBHOOK_URL": f"{address}/",
            "N8N_RUNNERS_BROKER_PORT": str(broker),
        }
        settings = _SETTINGS | _NOT_IN_OLDER_ONES.get(SERVER_FOLDER.name, {}) | own | more
        return cls(address, settings, folder / "n8n.log", folder / ".n8n" / "crash.journal")

    def start(self) -> None:
        """Start it and wait until it answers; fails with its log where it does not."""
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(
                ["node", installed(SERVER), "start"],
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment(**self.settings),
                start_new_session=True,
            )
        # Neither `/healthz` nor a status of 200 says that it is ready: only settings in JSON do.
        end_s = time.monotonic() + _START_S
        while time.monotonic() < end_s:
            assert self._running.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/rest/settings", trust_env=False).text.startswith('{"data"'):
                    return
            time.sleep(0.25)
        raise AssertionError(f"n8n did not answer:\n{self.log.read_text()}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal; SIGKILL, and what does not end by itself, takes what it started with it."""
        if self._running is None:
            return
        if how is not signal.SIGKILL:
            self._running.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(timeout=_END_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()
        self._running = None
        # By this n8n sees at its next start that it was killed, and only waits ten seconds.
        self.crash.unlink(missing_ok=True)

    @property
    def version(self) -> str:
        """The version that it says of itself."""
        said = re.search(r"^Version: (\S+)$", self.log.read_text(), re.MULTILINE)
        assert said, self.log.read_text()
        return said[1]

    def memory_mb(self) -> int:
        """The most memory that it has had since this was last asked."""
        assert self._running
        process = Path("/proc") / str(self._running.pid)
        peak = re.search(r"^VmHWM:\s+(\d+) kB$", (process / "status").read_text(), re.MULTILINE)
        (process / "clear_refs").write_text("5")
        assert peak
        return int(peak[1]) // 1024


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens at."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
