"""A provider of models with OpenAI's interface, on a port of its own, that counts its requests."""

from __future__ import annotations

import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_answers = itertools.count(1)
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


class Provider:
    """Serves until `stop`; `fail` makes the next requests fail with that status.

    `usage` is what its answers tell, `name` the id of them all where it is not None.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.fail: list[int] = []
        self.gate: threading.Event | None = None
        self.usage: dict[str, Any] = USAGE
        self.name: str | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *words: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                provider.requests.append(body)
                provider.headers.append({k.lower(): v for k, v in self.headers.items()})
                if provider.gate is not None:
                    provider.gate.wait(30)
                if provider.fail:
                    self.answer(provider.fail.pop(0), {"error": {"message": "no", "type": "no"}})
                elif body.get("stream"):
                    self.stream(body)
                else:
                    self.answer(200, *provider.told([completion(body)]))

            def answer(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def stream(self, body: Any) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                for chunk in provider.told(chunks(body)):
                    self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                    self.wfile.flush()
                self.wfile.write(b"data: [DONE]\n\n")
                self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def calls(self) -> int:
        return len(self.requests)

    def told(self, parts: Any) -> Any:
        for part in parts:
            if part.get("usage") is USAGE:
                part["usage"] = self.usage
            if self.name is not None:
                part["id"] = self.name
            yield part

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _head(body: Any, kind: str) -> dict[str, Any]:
    name = f"chatcmpl-{next(_answers)}"
    return {"id": name, "object": kind, "created": 1, "model": body["model"]}


def completion(body: Any) -> dict[str, Any]:
    if "input" in body:
        data = [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]
        usage = {"prompt_tokens": 100, "total_tokens": 100}
        return {"object": "list", "model": body["model"], "data": data, "usage": usage}
    message = {"role": "assistant", "content": "done"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**_head(body, "chat.completion"), "choices": [choice], "usage": USAGE}


def chunks(body: Any) -> Any:
    head = _head(body, "chat.completion.chunk")
    for word in ("one ", "two ", "three"):
        delta = {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None}
        yield {**head, "choices": [delta]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    yield {**head, "choices": [], "usage": USAGE}
