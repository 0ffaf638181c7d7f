"""A proxy between browser and server that serves the page's files from the sources and breaks streams on purpose.

By hand, to change the page without building the program: `proxy.py 127.0.0.1:8470` and open what it prints.
"""

from __future__ import annotations

import http.client
import http.server
import mimetypes
import sys
import threading
import time
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "Sources/Hosting/Resources/page"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Proxy:
    """Passes requests on; `cut_after` lines of the next stream it hangs up, and it waits `delay` seconds for each."""

    def __init__(self, upstream: str, *, own_files: bool = False) -> None:
        self.upstream, self.own_files = upstream, own_files
        self.cut_after: int | None = None
        self.delay = 0.0
        self.requests: list[str] = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = "index.html" if self.path == "/" else self.path.removeprefix("/page/")
                # What is not in the sources, the program makes.
                if proxy.own_files and name != self.path and (PAGE / name).is_file():
                    proxy._serve_file(self, name)
                else:
                    proxy._pass_on(self)

            def do_POST(self) -> None:
                proxy._pass_on(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _serve_file(self, handler: http.server.BaseHTTPRequestHandler, name: str) -> None:
        body = (PAGE / name).read_bytes()
        handler.send_response(200)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body)))
        handler.send_header("content-security-policy", POLICY)
        handler.send_header("cache-control", "no-store")
        handler.end_headers()
        handler.wfile.write(body)

    def _pass_on(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        self.requests.append(handler.path)
        length = int(handler.headers.get("content-length") or 0)
        body = handler.rfile.read(length) if length else None
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        connection = http.client.HTTPConnection(self.upstream)
        try:
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
        except OSError:
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                handler.send_header(name, value)
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        try:
            self._stream(answer, handler)
        except OSError:
            pass
        finally:
            connection.close()

    def _stream(self, answer: http.client.HTTPResponse, handler: http.server.BaseHTTPRequestHandler) -> None:
        is_stream = "jsonl" in (answer.getheader("content-type") or "")
        if not is_stream:
            handler.wfile.write(answer.read())
            return
        cut, self.cut_after = self.cut_after, None
        for count, line in enumerate(answer):
            if cut is not None and count == cut:
                handler.wfile.write(line[: len(line) // 2])
                return
            handler.wfile.write(line)
            handler.wfile.flush()
            if self.delay:
                time.sleep(self.delay)


if __name__ == "__main__":
    print(Proxy(sys.argv[1], own_files=True).address, flush=True)
    threading.Event().wait()
