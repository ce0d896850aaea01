"""The Celery example, as its reader runs it: with the example policy, and offline."""

import shutil
import subprocess
import sys

from daemon import ROOT


def test_the_fan_out_stays_within_its_cap(own_daemon):
    policy = own_daemon.directory / "policy.yaml"
    shutil.copy(ROOT / "deploy" / "policy.example.yaml", policy)
    shutil.copy(ROOT / "deploy" / "prices.example.yaml", own_daemon.directory)
    own_daemon.start()
    example = ROOT / "Sources" / "PythonClient" / "examples" / "celery_fanout.py"
    done = subprocess.run(
        [sys.executable, example, own_daemon.url],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 26
    assert lines[-2].startswith("Total tokens used: 19080 (~$0.003726) across 24 steps")
    assert "at most" in lines[-1]
