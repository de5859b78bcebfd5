"""What Linux 6.1 and older refuse and newer kernels accept: more than 512 bytes of stack over a chain of
calls, each frame rounded up to 32 bytes (kernel/bpf/verifier.c, check_max_stack_depth; newer ones round
to 16). No root needed."""

import os
import re
import subprocess
import unittest

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build")
MAX_BPF_STACK = 512
FRAME = 32


def functions(program):
    """Name to (bytes of its own frame, names of what it calls)."""
    text = subprocess.run(["llvm-objdump", "-dr", "--no-show-raw-insn", program], capture_output=True,
                          text=True, check=True).stdout
    found, name = {}, None
    for line in text.splitlines():
        if begin := re.match(r"[0-9a-f]+ <(\w+)>:", line):
            if not begin[1].startswith("LBB"):
                name = begin[1]
                found[name] = [0, set()]
        elif call := re.search(r"R_BPF_64_32\s+(\w+)", line):
            found[name][1].add(call[1])
        else:
            # The frame is used at r10 - N, or its address is taken: rX = r10, rX += -N.
            for depth in re.findall(r"r10 - (0x[0-9a-f]+|\d+)|r\d \+= -(0x[0-9a-f]+|\d+)\s*$", line):
                bytes_used = int(next(filter(None, depth)), 0)
                if bytes_used <= MAX_BPF_STACK:
                    found[name][0] = max(found[name][0], bytes_used)
    return found


def deepest(found, name):
    """(bytes, chain) of the chain of calls from here that takes the most."""
    own, calls = found[name]
    below = max((deepest(found, call) for call in calls if call in found), default=(0, []))
    return max(own, 1) + -max(own, 1) % FRAME + below[0], [name] + below[1]


class Stack(unittest.TestCase):
    def test_fits_on_older_kernels(self):
        for program in ("tclb.bpf.o", "sockredir.bpf.o"):
            found = functions(os.path.join(BUILD, program))
            self.assertTrue(any(calls for _, calls in found.values()), "calls are seen")
            self.assertGreater(max(own for own, _ in found.values()), FRAME, "frames are seen")
            for name in found:
                with self.subTest(program=program, function=name):
                    taken, chain = deepest(found, name)
                    self.assertLessEqual(taken, MAX_BPF_STACK, " -> ".join(chain))


if __name__ == "__main__":
    unittest.main()
