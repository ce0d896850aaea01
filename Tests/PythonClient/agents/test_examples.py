"""The examples run offline, end well, and their ledgers tell what was served."""

import os
import re
import subprocess
import sys

import pytest

from daemon import ROOT, Daemon

EXAMPLES = ROOT / "Sources/PythonClient/examples"


@pytest.fixture(scope="module")
def examples():
    own = Daemon((EXAMPLES / "policy.yaml").read_text())
    (own.directory / "prices.yaml").write_text((EXAMPLES / "prices.yaml").read_text())
    try:
        yield own.start()
    finally:
        own.remove()


def run(examples, name):
    environment = {**os.environ, "BUDGETD_URL": examples.url, "LANGSMITH_TRACING": "false"}
    done = subprocess.run(
        [sys.executable, EXAMPLES / name], env=environment, capture_output=True, text=True,
        timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def served_and_booked(said):
    return {
        name: (int(served), int(booked))
        for name, served, booked in re.findall(r"(\w+): (\d+) calls served, (\d+) booked", said)
    }


def total(said):
    line = said.strip().splitlines()[-1]
    found = re.fullmatch(r"Total tokens used: ([\d,]+) \(~\$([\d.]+)\) across (\d+) steps", line)
    assert found, line
    return int(found[1].replace(",", "")), found[2], int(found[3])


def test_the_supervisor(examples):
    said = run(examples, "supervisor.py")
    assert said.startswith("Here is your report.")
    assert served_and_booked(said) == {
        "supervisor": (4, 4), "researcher": (3, 3), "analyst": (2, 2), "writer": (1, 1),
    }  # fmt: skip
    # Ten calls of models, six of tools.
    tokens, _, steps = total(said)
    assert tokens == 4 * 960 + 3 * 1700 + 2 * 780 + 1700 and steps == 16


def test_the_research_loop(examples):
    said = run(examples, "research_loop.py")
    # A call costs $0.0008: 25 fit into $0.02, and three more into the grant.
    stops = [int(number) for number in re.findall(r"Stopped after (\d+) calls", said)]
    assert stops == [25, 28] and served_and_booked(said) == {"researcher": (28, 28)}
    assert "So far: $0.0200" in said and "Granted $0.003 more." in said
    tokens, _, _ = total(said)
    assert tokens == 28 * 640
