"""The simulator as a program of its own, and over TLS."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import trustme

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.server import Tls, introduction, running
from posbridge.sandbox.square import SquareSimulator

START = "import sys; from pathlib import Path; from posbridge.sandbox.server import serve_forever; "


def test_the_first_line_tells_how_to_connect_and_it_answers(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    demo_seed(5).dump(seed)
    command = START + "serve_forever('square', 0, 'slow=1,slow_ms=1', Path(sys.argv[1]), True)"
    with subprocess.Popen([sys.executable, "-c", command, str(seed)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            known = json.loads(process.stdout.readline())
            headers = {"Authorization": f"Bearer {known['secrets']['access_token']}"}
            items = httpx.get(f"{known['url']}/v2/catalog/list?types=ITEM", headers=headers, timeout=5).json()[
                "objects"
            ]
        finally:
            process.terminate()
    assert known["fields"]["base_url"] == known["url"]
    assert len(items) == 5


async def test_the_same_in_words() -> None:
    simulator = SquareSimulator(demo_seed(1))
    async with running(simulator) as address:
        said = introduction(simulator, as_json=False)
    assert said.startswith(f"square is simulated at {address}")
    assert "access_token = " in said


async def test_over_tls_with_a_certificate_of_our_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    simulator = SquareSimulator(demo_seed(1))
    async with (
        running(simulator, tls=Tls(tmp_path / "cert.pem", tmp_path / "key.pem")) as address,
        httpx.AsyncClient(base_url=address, verify=trusting) as client,
    ):
        assert address.startswith("https://")
        assert (await client.get("/v2/locations")).status_code == 401
        simulator.faults.plan("lost")
        with pytest.raises(httpx.TransportError):
            await client.get("/v2/locations")


async def test_a_taken_port_is_said() -> None:
    async with running(SquareSimulator(demo_seed(1))) as address:
        with pytest.raises(OSError, match=r"\[(Errno|WinError)"):
            async with running(SquareSimulator(demo_seed(1)), int(address.rsplit(":", 1)[1])):
                pass
