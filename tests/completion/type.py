"""Types into a shell on a terminal: type.py SETUP KEYS SHELL...

SETUP is a line that makes the shell ready, KEYS are what is typed then, with \\t
for Tab. Prints what the last command of KEYS had as arguments: the shell's
ralm-* are functions that print them.
"""
import os
import pty
import re
import select
import sys
import time

FUNCTIONS = "".join("ralm-%s() { printf '<%%s>' \"$@\"; echo 'En''d'; }; " % name
                    for name in ("auc", "build-data", "fit", "score"))


def read_until(fd, text):
    """What the shell prints up to a text; ends after 20 seconds."""
    said, end = "", time.monotonic() + 20
    while text not in said:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit("no '%s' in: %r" % (text, said))
        said += os.read(fd, 4096).decode()
    return said


def main():
    setup, keys, *shell = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", INPUTRC="/dev/null", PS1="$ ", HOME="/")
        os.execvp(shell[0], shell)
    os.write(fd, (" %s; %s echo 'Rea''dy'\r" % (setup, FUNCTIONS)).encode())
    read_until(fd, "Ready")
    os.write(fd, (keys.replace("\\t", "\t") + "\r").encode())
    said = read_until(fd, "End")
    print(re.search("(<.*>)End", said).group(1))
    os.write(fd, b"\rexit\r")
    os.close(fd)
    os.waitpid(pid, 0)


main()
