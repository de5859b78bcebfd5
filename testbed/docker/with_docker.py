#!/usr/bin/env python3
"""with_docker.py COMMAND...: runs a command that may need a Docker daemon.

Where one answers, the command gets that one, which is left alone. Else, for root and where dockerd is installed, a daemon
is started for the time of the command and named to it by DOCKER_HOST. It keeps to itself: directory, socket, containerd,
cgroups and bridge of its own, no sysctl of the host's, and in the host's tables at most one rule, where they would drop what
containers of one network say to each other; and nothing of it is there when the command is over. What a killed one left is removed by the next. Where no daemon can be had, this says why and the command
runs without. The exit status is the command's."""

import ctypes
import fcntl
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PREFIX = "shortpath-docker-"
DEFAULT_HOST = "unix:///var/run/docker.sock"
START_SECONDS = 60
# Docker gives a container 10 s to end before it kills it.
STOP_SECONDS = 30
# containerd keeps its shims' sockets there, whatever its settings say.
CONTAINERD_SHIMS = pathlib.Path("/run/containerd/s")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class DockerError(Exception):
    """Why there is no daemon, or what is left of one; a line."""


def answers(host):
    """Whether a daemon answers at a host that is a Unix socket (others are not asked: they are the user's)."""
    if not host.startswith("unix://"):
        return True
    connection = http.client.HTTPConnection("docker", timeout=5)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.settimeout(5)
        connection.sock.connect(host.removeprefix("unix://"))
        connection.request("GET", "/_ping")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def impossible():
    """Why no daemon can be started here, or None."""
    if os.geteuid() != 0:
        return "a Docker daemon needs root"
    for program, package in (("dockerd", "docker.io"), ("docker", "docker.io"), ("unshare", "util-linux"),
                             ("ip", "iproute2")):
        if shutil.which(program) is None:
            return f"there is no {program}: apt-get install {package}"
    return None


def rules(tool):
    """Of the table that forwards; a listing by the tool itself could make the table."""
    if shutil.which(f"{tool}-save") is None:
        return ""
    return subprocess.run([f"{tool}-save", "-t", "filter"], capture_output=True, text=True, check=False).stdout


class Daemon:
    """A daemon with everything of it below one directory, and its sockets below another of the same name in /run, where
    paths are short."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.run = pathlib.Path("/run", self.root.name)
        self.host = f"unix://{self.run}/docker.sock"
        # With --bridge=none dockerd would remove a docker0 that is not its own.
        self.bridge = "spd-" + self.root.name.removeprefix(PREFIX)
        self.process = None

    def start(self):
        self.run.mkdir(exist_ok=True)
        if not CONTAINERD_SHIMS.parent.exists():
            (self.root / "shims").touch()
        subprocess.run(["ip", "link", "add", self.bridge, "type", "bridge"], capture_output=True, check=False)
        self.admit()
        log = open(self.root / "log", "ab")
        command = ["unshare", "--mount", "dockerd", "--host", self.host, "--pidfile", str(self.run / "pid"),
                   "--data-root", str(self.root / "data"), "--exec-root", str(self.run / "exec"),
                   "--config-file", str(self.root / "none.json"), "--cgroup-parent", f"/{self.root.name}",
                   "--exec-opt", "native.cgroupdriver=cgroupfs", "--bridge", self.bridge, "--iptables=false", "--ip6tables=false",
                   "--ip-forward=false", "--ip-masq=false", "--group=root"]
        (self.root / "none.json").write_text("{}")
        parent = os.getpid()

        def with_its_parent():
            os.setpgid(0, 0)  # Ctrl-C is for the command; the daemon ends after it
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=with_its_parent)
        log.close()
        end = time.monotonic() + START_SECONDS
        while not answers(self.host):
            if self.process.poll() is not None or time.monotonic() > end:
                lines = (self.root / "log").read_text(errors="replace").strip().splitlines() or ["it said nothing"]
                raise DockerError(f"dockerd does not start: {lines[-1]}")
            time.sleep(0.1)

    def admit(self):
        """Where bridged packets pass the host's tables and those may drop them (Docker leaves such a policy behind)."""
        for tool, setting in (("iptables", "bridge-nf-call-iptables"), ("ip6tables", "bridge-nf-call-ip6tables")):
            known = rules(tool)
            bridged = pathlib.Path("/proc/sys/net/bridge", setting)
            passes = bridged.exists() and bridged.read_text().strip() == "1"
            if passes and re.search(r"^(:FORWARD DROP|-A FORWARD)", known, re.M) and self.root.name not in known:
                subprocess.run([tool, "--wait", "--insert", "FORWARD", *self.rule()], capture_output=True, check=False)

    def rule(self):
        return ["-i", "br-+", "-o", "br-+", "-m", "comment", "--comment", self.root.name, "-j", "ACCEPT"]

    def admit_no_more(self):
        for tool in ("iptables", "ip6tables"):
            if self.root.name in rules(tool):
                subprocess.run([tool, "--wait", "--delete", "FORWARD", *self.rule()], capture_output=True, check=False)

    def docker(self, *arguments):
        command = ["docker", "--host", self.host, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired as e:
            raise DockerError(f"docker {arguments[0]} has not ended within {e.timeout:.0f} s") from e
        if done.returncode != 0:
            raise DockerError(f"docker {arguments[0]}: {done.stderr.strip()}")
        return done.stdout.split()

    def remove_what_it_holds(self):
        containers = self.docker("ps", "--all", "--quiet")
        if containers:
            self.docker("rm", "--force", "--volumes", *containers)
        self.docker("network", "prune", "--force")

    def stop(self):
        """Ends it and removes all of it; says what could not be removed."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        for name in (signal.SIGTERM, signal.SIGKILL):
            self.signal_the_rest(name)
        left = self.remove_cgroups()
        self.admit_no_more()
        if self.root.name in rules("iptables") + rules("ip6tables"):
            left.append("a rule of iptables")
        subprocess.run(["ip", "link", "delete", self.bridge], capture_output=True, check=False)
        if os.path.exists(f"/sys/class/net/{self.bridge}"):
            left.append(f"interface {self.bridge}")
        if (self.root / "shims").exists():
            for directory in (CONTAINERD_SHIMS, CONTAINERD_SHIMS.parent):
                try:
                    directory.rmdir()
                except OSError:
                    break  # another containerd has come
        for directory in (self.run, self.root):
            shutil.rmtree(directory, ignore_errors=True)
            if directory.exists():
                left.append(str(directory))
        if left:
            raise DockerError("left of the Docker daemon: " + ", ".join(left))

    def signal_the_rest(self, number):
        """dockerd, containerd and what runs in containers: those name the directory, these are in its cgroups."""
        end = time.monotonic() + 5
        while True:
            rest = self.processes()
            for pid in rest:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            if self.process is not None:
                self.process.poll()
            if not rest or time.monotonic() > end:
                return
            time.sleep(0.1)

    def processes(self):
        name = self.root.name.encode()
        pids = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                ours = any(re.search(rb"(^|[/=])" + re.escape(name) + rb"(/|$)", word) for word in words)
                ours = ours or b":/" + name + b"/" in (process / "cgroup").read_bytes()
            except OSError:
                continue
            if ours and int(process.name) != os.getpid():
                pids.append(int(process.name))
        return pids

    def remove_cgroups(self):
        left = []
        for mount in pathlib.Path("/proc/self/mounts").read_text().splitlines():
            fields = mount.split(" ")
            top = pathlib.Path(fields[1], self.root.name)
            if fields[2] not in ("cgroup", "cgroup2") or not top.is_dir():
                continue
            for directory, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(directory)
                except OSError:
                    left.append(directory)
        return left


def take(root):
    """The lock of a daemon's directory, which the kernel drops with its holder; None where that is alive."""
    try:
        lock = os.open(os.path.join(root, "lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    except OSError:
        return None


def remove_dead(parent):
    """Removes the daemons that killed ones left: each is started once more, so that what it holds can be removed."""
    for root in pathlib.Path(parent).glob(PREFIX + "*"):
        lock = take(root)
        if lock is None:
            continue
        daemon = Daemon(root)
        try:
            for name in (signal.SIGTERM, signal.SIGKILL):
                daemon.signal_the_rest(name)
            (daemon.run / "pid").unlink(missing_ok=True)
            daemon.start()
            daemon.remove_what_it_holds()
        except DockerError as e:
            say(str(e))
        try:
            daemon.stop()
        except DockerError as e:
            say(str(e))
        os.close(lock)


def say(line):
    print(f"docker: {line}", file=sys.stderr, flush=True)


def run(command, environment):
    """Runs it to its end, in the foreground: signals of the terminal are its own to judge, others are handed on."""
    child = subprocess.Popen(command, env=environment)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda n, _: child.send_signal(n))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = child.wait()
    return 128 - status if status < 0 else status


def claim(parent):
    """A directory that is ours: another start may take a fresh one for a dead one's, before we hold its lock."""
    while True:
        root = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
        lock = take(root)
        if lock is not None:
            return root, lock


def main(command, parent="/var/tmp"):
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    if answers(os.environ.get("DOCKER_HOST", DEFAULT_HOST)):
        os.execvp(command[0], command)
    reason = impossible()
    if reason:
        say(f"no daemon answers, and {reason}: what needs one is skipped")
        os.execvp(command[0], command)
    remove_dead(parent)
    root, lock = claim(parent)
    daemon = Daemon(root)
    environment = dict(os.environ)
    status = 1
    try:
        try:
            daemon.start()
            environment["DOCKER_HOST"] = daemon.host
            say("no daemon answers: one of our own runs until the end")
        except DockerError as e:
            say(f"{e}: what needs a daemon is skipped")
        status = run(command, environment)
        if "DOCKER_HOST" in environment:
            daemon.remove_what_it_holds()
    except DockerError as e:
        say(str(e))
        status = status or 1
    finally:
        try:
            daemon.stop()
        except DockerError as e:
            say(str(e))
            status = status or 1
        os.close(lock)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
