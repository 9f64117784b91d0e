"""What happens to a copy on its way."""

import signal
import subprocess
import threading
import time

import processes


def close_connections(port):
    """ss -K of what the data port of a copy has; gives the number of connections."""
    wanted = f"( sport >= :{port} and sport <= :{port + 9} )"
    done = subprocess.run(["ss", "-HKtn", "state", "established", wanted], capture_output=True, text=True, check=False)
    return len(done.stdout.splitlines())


class Fault(threading.Thread):
    """Strikes while the copy runs. hits: how often there was something to strike at."""

    def __init__(self, trial):
        super().__init__(daemon=True)
        self.hits = 0
        self.was_moving = False
        self._trial = trial
        self._transfer = trial.transfer
        self._strike = {
            "cut": self._cut, "client": self._client, "server": self._server, "ssh": self._ssh, "sshd": self._sshd,
        }.get(trial.transfer.fault)

    def run(self):
        if not self._strike:
            return
        if not self._await(self._mark()):
            return
        start = time.monotonic()
        for moment in self._transfer.strikes:
            time.sleep(max(0, start + moment - time.monotonic()))
            if self._trial.has_ended:
                return
            self.was_moving = self._trial.has_event('"moving"')
            self.hits += self._strike()

    def _mark(self):
        """The event that has to come first. Programs are not killed before they run: .NET's own start leaves files that only it could remove."""
        if self._transfer.is_early:
            return '"starting"' if self._transfer.fault == "client" else '"connecting"'
        return '"way":' if self._transfer.fault == "cut" else '"moving"'

    def _await(self, mark):
        while not self._trial.has_ended:
            if self._trial.has_event(mark):
                return True
            time.sleep(0.01)
        return False

    def _cut(self):
        return close_connections(self._transfer.port)

    def _send(self, process):
        return bool(process) and process.signal(getattr(signal, f"SIG{self._transfer.signal}"))

    def _client(self):
        return self._send(processes.get(self._trial.process.pid))

    def _server(self):
        return self._send(self._find_server())

    def _ssh(self):
        return self._send(next((p for p in processes.tagged(self._trial.tag) if p.name == "ssh"), None))

    def _sshd(self):
        server = self._find_server()
        return self._send(next(iter(processes.session_above(server)), None)) if server else False

    def _find_server(self):
        return next((p for p in processes.tagged(self._trial.tag) if p.is_server), None)
