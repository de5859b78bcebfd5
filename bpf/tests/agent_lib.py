"""What the agent's tests and its bench share: a cgroup of their own, agents in it, namespaces, clean-up."""
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "..", "build")
AGENT = os.path.join(BUILD, "shortpath-agent")
BULK = os.path.join(BUILD, "tests", "agent_bulk")
PINGECHO = os.path.join(HERE, "..", "..", "harness", "native", "build", "pingecho")


def cgroup2_root():
    with open("/proc/mounts") as mounts:
        for line in mounts:
            fields = line.split()
            if fields[2] == "cgroup2":
                return fields[1]
    raise RuntimeError("no cgroup2 mount")


class Agent:
    """A running agent; detached on exit."""

    def __init__(self, name, cgroups, options):
        command = [AGENT, "attach", "--name", name]
        for cgroup in cgroups:
            command += ["--cgroup", cgroup]
        self.name = name
        self.process = subprocess.Popen(command + list(options), stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the agent did not attach: exit {self.process.wait()}")
        self.attached = json.loads(line)

    def status(self):
        out = subprocess.run([AGENT, "status", "--name", self.name], stdout=subprocess.PIPE, check=True).stdout
        return json.loads(out)

    def detach(self):
        subprocess.run([AGENT, "detach", "--name", self.name], check=True)
        line = self.process.stdout.readline()
        assert self.process.wait(5) == 0
        return json.loads(line)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.detach()
        self.process.stdout.close()


class Sandbox:
    """A cgroup (agents see its sockets only), and processes in it; nothing is left on exit."""

    def __init__(self, name):
        self.name = f"sp-{name}-{os.getpid()}"
        self.path = os.path.join(cgroup2_root(), self.name)
        self.processes = []

    def __enter__(self):
        os.mkdir(self.path)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.leave()
        os.rmdir(self.path)

    def agent(self, *options):
        return Agent(self.name, [self.path], options)

    def enter(self):
        """Moves this very process into the cgroup: sockets made from now on are seen."""
        with open(os.path.join(self.path, "cgroup.procs"), "w") as procs:
            procs.write("0")

    def leave(self):
        with open(os.path.join(cgroup2_root(), "cgroup.procs"), "w") as procs:
            procs.write("0")

    def _command(self, command, namespace):
        return (["ip", "netns", "exec", namespace] if namespace else []) + list(map(str, command))

    def _inside(self):
        with open(os.path.join(self.path, "cgroup.procs"), "w") as procs:
            procs.write("0")

    def spawn(self, command, namespace=None, inside=True, **more):
        process = subprocess.Popen(self._command(command, namespace), text=True,
                                   preexec_fn=self._inside if inside else None, **more)
        self.processes.append(process)
        return process

    def run(self, command, namespace=None, inside=True):
        return subprocess.run(self._command(command, namespace), text=True, check=True, timeout=60,
                              stdout=subprocess.PIPE, preexec_fn=self._inside if inside else None).stdout


class Namespace:
    def __init__(self, name, address, address6):
        self.name, self.address, self.address6 = name, address, address6

    def run(self, *command, **more):
        return subprocess.run(["ip", "netns", "exec", self.name, *command], check=True, **more)


class Namespaces:
    """Two network namespaces with a veth pair between them."""

    def __init__(self, prefix, _count=2):
        tag = f"{prefix}{os.getpid()}"
        self.spaces = [Namespace(f"{tag}-{i}", f"10.231.0.{i + 1}", f"fd00:231::{i + 1}") for i in range(2)]

    def __enter__(self):
        for space in self.spaces:
            subprocess.run(["ip", "netns", "add", space.name], check=True)
            space.run("ip", "link", "set", "lo", "up")
        subprocess.run(["ip", "-n", self.spaces[0].name, "link", "add", "veth", "type", "veth", "peer", "name",
                        "veth", "netns", self.spaces[1].name], check=True)
        for space in self.spaces:
            space.run("ip", "address", "add", space.address + "/24", "dev", "veth")
            space.run("ip", "address", "add", space.address6 + "/64", "dev", "veth", "nodad")
            space.run("ip", "link", "set", "veth", "up")
        return self.spaces

    def __exit__(self, *_):
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space.name], check=False)
