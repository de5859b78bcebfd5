"""Tests of shortpath-tether: commands end with the line that they were started over."""
import os
import signal
import subprocess
import tempfile
import time
import unittest

TETHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "build", "shortpath-tether")


def start(*command):
    return subprocess.Popen([TETHER, "run", "--", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def gone(pid):
    for _ in range(200):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


class Run(unittest.TestCase):
    def finish(self, process, limit=5):
        out, err = process.communicate(timeout=limit)
        return process.returncode, out, err

    def test_passes_on_output_and_status(self):
        self.assertEqual(self.finish_open("sh", "-c", "echo out; echo err >&2; exit 7"), (7, "out\n", "err\n"))
        self.assertEqual(self.finish_open("sh", "-c", "kill -9 $$")[0], 128 + 9)

    def finish_open(self, *command):
        """The line stays whole until the command has ended."""
        process = start(*command)
        code = process.wait(5)
        out, err = process.stdout.read(), process.stderr.read()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        return code, out, err

    def test_the_commands_standard_input_is_empty(self):
        self.assertEqual(self.finish_open("cat"), (0, "", ""))

    def test_no_such_command(self):
        code, out, err = self.finish_open("/no/such/command")
        self.assertEqual((code, out), (127, ""))
        self.assertEqual(err, "shortpath-tether: cannot execute /no/such/command: No such file or directory\n")
        self.assertEqual(self.finish_open("/etc/passwd")[0], 126)

    def test_ends_the_command_when_the_line_ends(self):
        process = start("sleep", "100")
        self.assertEqual(self.finish(process)[0], 128 + signal.SIGTERM)  # communicate closes the line

    def test_ends_the_command_at_a_byte(self):
        process = start("sleep", "100")
        process.stdin.write("q")
        process.stdin.flush()
        self.assertEqual(process.wait(5), 128 + signal.SIGTERM)
        self.finish(process)

    def test_ends_the_command_at_a_signal(self):
        process = start("sleep", "100")
        time.sleep(0.1)
        process.terminate()
        self.assertEqual(process.wait(5), 128 + signal.SIGTERM)
        self.finish(process)

    def test_kills_what_does_not_end(self):
        process = start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done")
        self.assertEqual(process.stdout.readline(), "ready\n")
        begin = time.monotonic()
        self.assertEqual(self.finish(process)[0], 128 + signal.SIGKILL)
        self.assertGreater(time.monotonic() - begin, 0.9)

    def test_the_command_dies_with_it(self):
        process = start("sh", "-c", "echo $$; exec sleep 100")
        pid = int(process.stdout.readline())
        process.kill()
        self.assertTrue(gone(pid))
        self.finish(process)


class Others(unittest.TestCase):
    def test_hold_ends_at_sigterm(self):
        process = subprocess.Popen([TETHER, "hold"])
        time.sleep(0.1)
        self.assertIsNone(process.poll())
        process.terminate()
        self.assertEqual(process.wait(5), 0)

    def test_read_prints_a_file(self):
        text = os.urandom(50000).hex()
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            said = subprocess.run([TETHER, "read", file.name], capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stdout), (0, text))
        missing = subprocess.run([TETHER, "read", "/no/such"], capture_output=True, text=True)
        self.assertEqual((missing.returncode, missing.stdout), (125, ""))
        self.assertEqual(missing.stderr, "shortpath-tether: /no/such: No such file or directory\n")

    def test_refuses_anything_else(self):
        for arguments in ([], ["run"], ["run", "--"], ["run", "ls"], ["hold", "x"], ["read"], ["nosuch"]):
            said = subprocess.run([TETHER, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.assertEqual(said.returncode, 2, arguments)
            self.assertEqual(len(said.stderr.splitlines()), 1, said.stderr)
        self.assertIn("usage:", subprocess.run([TETHER, "--help"], capture_output=True, text=True).stdout)


if __name__ == "__main__":
    unittest.main()
