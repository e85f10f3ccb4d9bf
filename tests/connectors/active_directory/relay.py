"""A relay between the connector and the domain controller that reads LDAP: what was asked, and what goes wrong when."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from onboarding.twins.samba import Samba

BIND, UNBIND, SEARCH = 0x60, 0x42, 0x63
WRITES = {0x66: 0x67, 0x68: 0x69, 0x4A: 0x6B, 0x6C: 0x6D}  # modify, add, delete, rename -> their answers
MODIFY, ADD = 0x66, 0x68
NOT_LAST = {0x64, 0x73}  # an entry, a reference


class Relay:
    """One message at a time, as a session asks them. Its faults are those of a network and of other servers."""

    def __init__(self, dc: Samba, certificate: tuple[Path, Path]) -> None:
        self._dc = dc
        self._ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ours.load_cert_chain(*certificate)
        self._theirs = ssl.create_default_context(cafile=dc.ca_file)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.asked: list[tuple[int, bytes]] = []
        self.lose_next_answer = False
        self.before_write: Callable[[], None] | None = None  # once
        self.answer_writes_with: int | None = None  # a result code, instead of asking
        self.instead: tuple[bytes, bytes] | None = None  # in answers the second stands for the first; of one length
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def rest(self) -> None:
        self.asked.clear()
        self.lose_next_answer, self.before_write, self.answer_writes_with = False, None, None
        self.instead = None

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a connection was never closed"

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(plain,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with (
                plain,
                self._ours.wrap_socket(plain, server_side=True) as client,
                socket.create_connection((self._dc.address, 636)) as far,
                self._theirs.wrap_socket(far, server_hostname=self._dc.host) as server,
            ):
                while self._pass_on(client, server):
                    pass
        except OSError:  # whoever hung up
            return

    def _pass_on(self, client: ssl.SSLSocket, server: ssl.SSLSocket) -> bool:
        message = read(client)
        if message is None:
            return False
        number, kind = parsed(message)
        self.asked.append((kind, message))
        if kind == UNBIND:
            server.sendall(message)
            return False
        if kind in WRITES:
            if self.answer_writes_with is not None:
                client.sendall(said(number, WRITES[kind], self.answer_writes_with))
                return True
            hook, self.before_write = self.before_write, None
            if hook:
                hook()
        server.sendall(message)
        lost = kind in WRITES and self.lose_next_answer
        while True:
            answer = read(server)
            if answer is None or lost:
                self.lose_next_answer = False
                return False
            client.sendall(answer.replace(*self.instead) if self.instead else answer)
            if parsed(answer)[1] not in NOT_LAST:
                return True


def read(connection: ssl.SSLSocket) -> bytes | None:
    """One whole message: BER's tag, its length, and so many bytes."""
    head = exactly(connection, 2)
    if head is None:
        return None
    length = head[1]
    if length & 0x80:
        long = exactly(connection, length & 0x7F) or b""
        head, length = head + long, int.from_bytes(long, "big")
    body = exactly(connection, length)
    return None if body is None else head + body


def exactly(connection: ssl.SSLSocket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        part = connection.recv(count - len(got))
        if not part:
            return None
        got += part
    return got


def parsed(message: bytes) -> tuple[bytes, int]:
    """The message's number, as it was written, and what kind of message it is."""
    at = 2 + (message[1] & 0x7F if message[1] & 0x80 else 0)
    after = at + 2 + message[at + 1]
    return message[at:after], message[after]


def said(number: bytes, kind: int, code: int) -> bytes:
    result = bytes([0x0A, 1, code, 0x04, 0, 0x04, 0])
    body = number + bytes([kind, len(result)]) + result
    return bytes([0x30, len(body)]) + body
