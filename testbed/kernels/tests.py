"""What is tried inside a machine of kernels.py; no part hides another."""

import subprocess
import sys

COMMANDS = [
    ["uname", "-r"],
    ["bpf/build/shortpath-agent", "check"],
    ["bpf/build/shortpath-lb", "check"],
    ["python3", "bpf/tests/agent_test.py", "-v"],
    ["python3", "bpf/tests/lb_test.py", "-v"],
    ["bin/shortpath", "run", "eztunnel", "--blocks", "1", "--out", "/tmp/run"],
]

failed = [" ".join(command) for command in COMMANDS if subprocess.run(command, check=False).returncode != 0]
sys.exit("failed: " + ", ".join(failed) if failed else 0)
