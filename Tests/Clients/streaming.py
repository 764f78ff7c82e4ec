# SPDX-License-Identifier: MIT
"""Streams as bytes on a socket: long ones, that a test can read as slowly as it likes, or leave."""

import http.client
import json
import socket
from urllib.parse import urlsplit

# Ends of a text and of a turn in the demo models.
END_TOKENS = (2, 4)


def long_completion(model: str, tokens: int = 700, **more) -> dict:
    """A request for a stream of so many tokens, of nine kilobytes each.

    That is 6 MB in all, where the sockets on the way hold some three: whoever does not read keeps the stream from
    ending, so that "in the middle of a stream" is a state and no race.
    """
    return {"model": model, "prompt": "Once upon a time", "max_tokens": tokens, "stream": True, "temperature": 0,
            "logprobs": 100, "ignore_eos": True, "logit_bias": {str(t): -100 for t in END_TOKENS}, **more}


class Stream:
    """One streamed answer, read event by event from a socket with a small buffer."""

    def __init__(self, address: str, path: str, body: dict, headers: dict | None = None) -> None:
        where = urlsplit(address)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(30)
        self.socket.connect((where.hostname, where.port))
        self.connection = http.client.HTTPConnection(where.hostname, where.port)
        self.connection.sock = self.socket
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"} | (headers or {}))
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def next_data(self) -> str | None:
        """What the next `data:` line says; None at the end of the stream, orderly or not."""
        while True:
            try:
                line = self.response.readline()
            except (http.client.IncompleteRead, ConnectionError):
                return None
            if not line:
                return None
            if line.startswith((b"data:", b"error:")):
                return line.split(b":", 1)[1].strip().decode()

    def rest(self) -> list[str]:
        """All that is still to come, read as fast as it comes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        found = []
        while (data := self.next_data()) is not None:
            found.append(data)
        return found

    def close(self) -> None:
        """Leaves, whether or not the answer is complete."""
        self.response.close()
        self.connection.close()
        self.socket.close()
