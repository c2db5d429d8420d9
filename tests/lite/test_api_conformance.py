"""schemathesis against every service of the running shop: no server error, nothing undeclared."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.shop import Shop
from whodunit.topology import SERVICES

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = 15
WITHIN_S = 240


@pytest.mark.parametrize("name", [service.name for service in SERVICES])
def test_a_service_answers_as_its_openapi_says(name: str, shop: Shop) -> None:
    urls = {service["name"]: service["url"] for service in shop.json("status")["services"]}
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{urls[name]}/openapi.json"]
    command += ["--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", "7", "--no-color"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
    done = subprocess.run(
        command,
        cwd=shop.home,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN_S,
    )
    assert done.returncode == 0, done.stdout[-6000:]
