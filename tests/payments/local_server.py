"""A provider's gateway on 127.0.0.1: a real HTTP server in a thread, with faults on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class LocalServer:
    """Answers by `handle`, or with the faults that stand in `faults`, one a request.

    A fault is a response that is sent as it is, or None: the connection is cut.
    """

    def __init__(self) -> None:
        self.faults: list[Response | None] = []
        self.requests: list[Request] = []
        self.address = ""

    def handle(self, request: Request) -> Response:
        raise NotImplementedError

    def answer(self, request: Request) -> Response | None:
        self.requests.append(request)
        return self.faults.pop(0) if self.faults else self.handle(request)


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole and sends what the gateway answers."""

    gateway: LocalServer

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        request = Request(
            self.command, self.path, dict(self.headers.items()), self.rfile.read(length)
        )
        response = self.gateway.answer(request)
        if response is None:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(gateway: LocalServer) -> Iterator[None]:
    """The gateway serves at `gateway.address` for as long as the block runs."""
    handler = type("GatewayHandler", (Handler,), {"gateway": gateway})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        gateway.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@cache
def key_of(owner: str) -> rsa.RSAPrivateKey:
    """One key an owner and test run: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
