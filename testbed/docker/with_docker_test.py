"""Tests of with_docker.py, with a socket at which nobody answers in the place of the machine's own."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import with_docker

PROGRAM = pathlib.Path(__file__).with_name("with_docker.py")
NOBODY = "unix:///nonexistent/docker.sock"


def start(*command, host=NOBODY, **how):
    environment = {**os.environ, "DOCKER_HOST": host}
    return subprocess.Popen([sys.executable, PROGRAM, *command], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def run(*command, **how):
    process = start(*command, **how)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def machine():
    """What a daemon of ours may change, other daemons' doings left out."""
    links = {name for name in os.listdir("/sys/class/net") if name.startswith("spd-") or name == "docker0"}
    runs = {name for name in os.listdir("/run") if name.startswith(with_docker.PREFIX) or name == "containerd"}
    roots = {name for name in os.listdir("/var/tmp") if name.startswith(with_docker.PREFIX)}
    cgroups = {str(d) for d in pathlib.Path("/sys/fs/cgroup").glob("**/" + with_docker.PREFIX + "*")}
    mounts = {line.split()[1] for line in pathlib.Path("/proc/self/mounts").read_text().splitlines() if with_docker.PREFIX in line}
    forwarding = {path: pathlib.Path(path).read_text() for path in (
        "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding") if os.path.exists(path)}
    processes = {p.name for p in pathlib.Path("/proc").glob("[0-9]*") if with_docker.PREFIX in command_line(p)}
    rules = {line for tool in ("iptables", "ip6tables") for line in with_docker.rules(tool).splitlines() if with_docker.PREFIX in line}
    return links, runs, roots, cgroups, mounts, forwarding, processes, rules


def command_line(process):
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


# With an address it asks there for a byte, without it answers, or stays as long as it lives.
PROGRAM_IN_CONTAINER = """
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(80)};
	struct timeval limit = {.tv_sec = 5};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (argc > 1) {
		setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		inet_pton(AF_INET, argv[1], &at.sin_addr);
		if (connect(s, (struct sockaddr *)&at, sizeof(at))) {
			perror("connect");
			return 1;
		}
		puts("reached");
		return 0;
	}
	if (bind(s, (struct sockaddr *)&at, sizeof(at)) || listen(s, 1))
		return 1;
	for (;;)
		close(accept(s, NULL, NULL));
}
"""

# A network and a container that stays.
HOLDS = f"""
set -e
cat > wait.c <<'END'{PROGRAM_IN_CONTAINER}END
gcc -static -o wait wait.c
printf 'FROM scratch\\nCOPY wait /\\n' > Dockerfile
docker build -q -t held . >/dev/null
docker network create held >/dev/null
docker run -d --name held --network held -p 127.0.0.1::80 held /wait >/dev/null
docker ps -q | wc -l
"""


@unittest.skipIf(with_docker.impossible(), with_docker.impossible())
class OwnDaemon(unittest.TestCase):
    def setUp(self):
        self.before = machine()
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def assert_nothing_is_left(self):
        self.assertEqual(self.before, machine())

    def test_serves_the_command_and_is_gone_with_all_that_it_held(self):
        status, out, err = run("sh", "-c", HOLDS + "exit 7", cwd=self.directory)
        self.assertEqual((7, "1"), (status, out.strip()), err)
        self.assert_nothing_is_left()

    def test_containers_of_one_network_reach_each_other(self):
        ask = "docker run --rm --network held held /wait $(docker inspect -f '{{.NetworkSettings.Networks.held.IPAddress}}' held)"
        status, out, err = run("sh", "-c", HOLDS + ask, cwd=self.directory)
        self.assertEqual((0, "1\nreached"), (status, out.strip()), err)
        self.assert_nothing_is_left()

    def test_a_signal_ends_command_and_daemon(self):
        process = start("sh", "-c", HOLDS + "exec sleep 1000", cwd=self.directory)
        self.assertEqual("1\n", process.stdout.readline())
        process.terminate()
        process.communicate(timeout=60)
        self.assertEqual(128 + signal.SIGTERM, process.returncode)
        self.assert_nothing_is_left()

    def test_the_next_removes_what_a_killed_one_left(self):
        process = start("sh", "-c", HOLDS + "exec sleep 1000", cwd=self.directory, start_new_session=True)
        self.assertEqual("1\n", process.stdout.readline())
        for pid in with_docker.Daemon(next(pathlib.Path("/var/tmp").glob(with_docker.PREFIX + "*"))).processes():
            if "dockerd" in command_line(pathlib.Path("/proc", str(pid))):
                os.kill(pid, signal.SIGKILL)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertNotEqual(self.before, machine())
        status, _, err = run("true")
        self.assertEqual(0, status, err)
        self.assert_nothing_is_left()

    def test_another_that_runs_is_left_alone(self):
        process = start("sh", "-c", "echo $DOCKER_HOST; read line; docker info >/dev/null", stdin=subprocess.PIPE)
        host = process.stdout.readline().strip()
        status, out, err = run("sh", "-c", "echo $DOCKER_HOST")
        self.assertEqual(0, status, err)
        self.assertNotEqual(host, out.strip())
        # That one answers: it is used, and runs on.
        status, out, _ = run("sh", "-c", "echo $DOCKER_HOST", host=host)
        self.assertEqual((0, host), (status, out.strip()))
        process.communicate("\n", timeout=60)
        self.assertEqual(0, process.returncode)
        self.assert_nothing_is_left()

    def test_a_daemon_that_does_not_start_is_said_and_the_command_runs(self):
        with tempfile.TemporaryDirectory() as bin_directory:
            broken = pathlib.Path(bin_directory, "dockerd")
            broken.write_text("#!/bin/sh\necho the disk is full >&2\nexit 1\n")
            broken.chmod(0o755)
            environment = {**os.environ, "DOCKER_HOST": NOBODY, "PATH": bin_directory + ":" + os.environ["PATH"]}
            done = subprocess.run([sys.executable, PROGRAM, "sh", "-c", "echo $DOCKER_HOST; exit 5"], env=environment, text=True,
                                  capture_output=True, check=False)
        self.assertEqual((5, NOBODY), (done.returncode, done.stdout.strip()))
        self.assertIn("dockerd does not start: the disk is full", done.stderr)
        self.assert_nothing_is_left()


class WithoutDaemon(unittest.TestCase):
    def test_the_reason_is_said_and_the_command_runs(self):
        environment = {"DOCKER_HOST": NOBODY, "PATH": "/nonexistent"}
        done = subprocess.run([sys.executable, PROGRAM, "/bin/sh", "-c", "exit 4"], env=environment, text=True,
                              capture_output=True, check=False)
        self.assertEqual(4, done.returncode)
        self.assertRegex(done.stderr, "no daemon answers, and .*(dockerd|root).*: what needs one is skipped")


if __name__ == "__main__":
    unittest.main()
