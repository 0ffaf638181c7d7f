"""Certificates made for one run of the tests."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


@dataclass(frozen=True)
class Certificates:
    """PEM files in a folder: `ca.pem` is the authority that signed all but itself and `stranger.pem`."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Makes them by the openssl program, or skips the test that asks where there is none."""
        if shutil.which("openssl") is None:
            pytest.skip("no openssl program, which makes the certificates")
        made = cls(folder)
        made._authority("ca")
        made._authority("stranger")
        made._signed("server", "DNS:localhost,IP:127.0.0.1")
        made._signed("elsewhere", "DNS:elsewhere.example")
        made._signed("client", "DNS:client")
        made._openssl("ec", "-in", "client.key", "-aes128", "-passout", "pass:word", "-out", "encrypted.key")
        return made

    def pem(self, name: str) -> Path:
        """A certificate."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """The key of a certificate."""
        return self.folder / f"{name}.key"

    def _authority(self, name: str) -> None:
        self._openssl("req", "-x509", *_KEY, "-nodes", "-days", "2", "-subj", f"/CN={name}", *self._outputs(name))

    def _signed(self, name: str, names: str) -> None:
        (self.folder / "names").write_text(f"subjectAltName={names}\n")
        self._openssl("req", *_KEY, "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", "request")
        authority = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        signed = ("-days", "2", "-extfile", "names", "-out", f"{name}.pem")
        self._openssl("x509", "-req", "-in", "request", *authority, *signed)

    def _outputs(self, name: str) -> tuple[str, ...]:
        return "-keyout", f"{name}.key", "-out", f"{name}.pem"

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
