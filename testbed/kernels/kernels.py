#!/usr/bin/env python3
"""Boots older kernels in emulated machines and runs the tests there, or another command, as root, in a copy of the
project as it is built now. `make old-kernels` calls this; README.md says more."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(HERE, "build")
UBUNTU = "http://archive.ubuntu.com/ubuntu/pool/main/l/linux/"

# A kernel: the packages of Debian 12 it is in, or files with their SHA-256; the disk that it drives without help.
KERNELS = {
    "6.1": {"packages": ["linux-image-cloud-amd64", "initramfs-tools"], "interface": "virtio", "root": "/dev/vda"},
    # Ubuntu 22.04 as it came out; it has what it needs to mount its root built in.
    "5.15": {
        "files": {
            UBUNTU + "linux-image-unsigned-5.15.0-25-generic_5.15.0-25.25_amd64.deb":
                "ac69df20790c48217eb1386ef81fd10d3f20a4ede4dab81cc107c65d29549fa0",
            UBUNTU + "linux-modules-5.15.0-25-generic_5.15.0-25.25_amd64.deb":
                "d0ba4087d9e1d497925b3481d3531fba6c2a852855f8019d73b0b1385aa4da1f",
        },
        "interface": "ide",
        "root": "/dev/sda",
    },
}
TESTS = ["python3", "testbed/kernels/tests.py"]
SHOWN = "/opt/shortpath"
ENDED = "shortpath: ended with "
KERNELS_OWN = re.compile(r"\[ *\d+\.\d+\]")

# The first process: there is no systemd, which takes longer to start than the tests of the load balancer take.
INIT = """#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb
mount -t proc proc /proc; mountpoint -q /sys || mount -t sysfs sys /sys; mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm /dev/pts; mount -t tmpfs shm /dev/shm; mount -t devpts pts /dev/pts
mount -t tmpfs run /run; mount -t tmpfs tmp /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup; mount -t bpf bpf /sys/fs/bpf
modprobe -a -q virtio_net veth nf_tables sch_ingress cls_bpf
hostname old-kernel; ip link set lo up; ip link set eth0 up; ulimit -n 65536
cd {shown}
mapfile -d '' -t command < /root/command
"${{command[@]}}" </dev/null
echo "{ended}$?"
sync; echo o > /proc/sysrq-trigger; sleep 60
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*command, **more):
    subprocess.run(command, check=True, **more)


def fetch(url, sha256):
    path = os.path.join(BUILD, os.path.basename(url))
    if not os.path.exists(path):
        with urllib.request.urlopen(url, timeout=60) as answer, open(path + ".part", "wb") as file:
            shutil.copyfileobj(answer, file)
        with open(path + ".part", "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            sys.exit(f"{url}: its SHA-256 is {found}, expected {sha256}: nothing is used of it")
        os.rename(path + ".part", path)
    return path


def root_directory(version, packages):
    """Debian 12 with the packages and the kernel, as a directory; built when the list of them changes."""
    kernel = KERNELS[version]
    wanted = sorted(packages + ["kmod"] + kernel.get("packages", []))
    key = hashlib.sha256(repr((wanted, kernel)).encode()).hexdigest()[:16]
    directory = os.path.join(BUILD, f"root-{version}-{key}")
    if not os.path.isdir(directory):
        say(f"{version}: a Debian 12 with {len(wanted)} packages (some minutes)")
        part = directory + ".part"
        shutil.rmtree(part, ignore_errors=True)
        run("mmdebstrap", "--quiet", "--variant=minbase", "--include=" + ",".join(wanted), "bookworm", part)
        for url, sha256 in kernel.get("files", {}).items():
            # Not straight into the root, whose /lib is a link.
            with tempfile.TemporaryDirectory(dir=BUILD) as package:
                run("dpkg-deb", "-x", fetch(url, sha256), package)
                for name in ("boot", "lib"):
                    if os.path.isdir(os.path.join(package, name)):
                        shutil.copytree(os.path.join(package, name), os.path.join(part, name), dirs_exist_ok=True)
        run("chroot", part, "depmod", os.listdir(os.path.join(part, "lib", "modules"))[0])
        os.rename(part, directory)
    return directory


def boot_file(directory, name):
    found = [file for file in os.listdir(os.path.join(directory, "boot")) if file.startswith(name)]
    return os.path.join(directory, "boot", found[0]) if found else None


def disk(version, directory, command, path):
    """An image of the root with the project as it is built now."""
    project = os.path.join(directory, SHOWN[1:])
    shutil.rmtree(project, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", "runs", "failsafe-reports", "surefire-reports", "node_modules")
    os.makedirs(project)
    for name in os.listdir(PROJECT):
        source, target = os.path.join(PROJECT, name), os.path.join(project, name)
        if name in (".git", "runs"):
            continue
        if not os.path.isdir(source):
            shutil.copy2(source, target)
        else:
            shutil.copytree(source, target, symlinks=True, ignore=lambda where, names: (
                names if where.startswith((BUILD, os.path.join(PROJECT, "testbed", "kube-node")))
                else left_out(where, names)))
    cache = os.path.expanduser("~/.cache/shortpath")
    if os.path.isdir(cache):
        shutil.copytree(cache, os.path.join(directory, "root/.cache/shortpath"), dirs_exist_ok=True)
    with open(os.path.join(directory, "root/command"), "w") as file:
        file.write("".join(argument + "\0" for argument in command))
    init = os.path.join(directory, "shortpath-init")
    with open(init, "w") as file:
        file.write(INIT.format(shown=SHOWN, ended=ENDED))
    os.chmod(init, 0o755)
    with open(path, "wb") as file:
        file.truncate(6 << 30)
    run("mkfs.ext4", "-q", "-F", "-d", directory, path)


def boot(version, packages, command, minutes, memory):
    """The command's exit status, None if the machine ended without one or not in time."""
    kernel = KERNELS[version]
    directory = root_directory(version, packages)
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        image = os.path.join(scratch, "disk")
        disk(version, directory, command, image)
        initrd = boot_file(directory, "initrd.img-")
        log = os.path.join(BUILD, f"{version}.log")
        say(f"{version}: boots; all that it says is in {os.path.relpath(log)}")
        machine = ["timeout", f"{minutes}m", "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", str(memory),
                   "-display", "none", "-no-reboot", "-serial", "stdio",
                   "-drive", f"file={image},format=raw,if={kernel['interface']},cache=unsafe",
                   "-nic", "user,model=virtio-net-pci",
                   "-kernel", boot_file(directory, "vmlinuz-"),
                   "-append", f"root={kernel['root']} rw console=ttyS0 net.ifnames=0 panic=-1 quiet "
                              "init=/shortpath-init"]
        if initrd:
            machine += ["-initrd", initrd]
        started, status = time.monotonic(), None
        with open(log, "w") as file, subprocess.Popen(machine, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                      text=True, errors="replace") as process:
            try:
                for line in process.stdout:
                    file.write(line)
                    file.flush()
                    if line.startswith(ENDED):
                        status = int(line[len(ENDED):])
                    elif not KERNELS_OWN.match(line):
                        print(f"{version}: {line.rstrip()}", flush=True)
            finally:
                process.terminate()
        say(f"{version}: {'no end seen' if status is None else f'ended with {status}'} "
            f"after {time.monotonic() - started:.0f} s")
        return status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", action="append", choices=KERNELS, help="one of them (default: each)")
    parser.add_argument("--packages", default="", help="Debian packages that the command needs, with spaces between")
    parser.add_argument("--minutes", type=int, default=60, help="give up after so many (default: %(default)s)")
    parser.add_argument("--memory", type=int, default=4000, help="MiB of the machine (default: %(default)s)")
    parser.add_argument("command", nargs="*", default=TESTS, help="default: " + " ".join(TESTS))
    given = parser.parse_args()
    os.makedirs(BUILD, exist_ok=True)
    failed = [version for version in given.kernel or KERNELS
              if boot(version, given.packages.split(), given.command, given.minutes, given.memory) != 0]
    if failed:
        sys.exit("failed on " + ", ".join(failed))


if __name__ == "__main__":
    main()
