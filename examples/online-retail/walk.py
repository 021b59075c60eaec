"""The walk of run.sh: runs the hansa program step by step, prints what it prints, and ends with one line of JSON."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
AS_OF = "2011-12-09"


def main(file, place):
    hansa = os.environ["HANSA"]

    def run(*words, answer=False):
        print("$ hansa " + " ".join(words), flush=True)
        command = [hansa, *place, *words, *(["--json"] if answer else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 4):
            sys.exit(done.returncode)
        if answer:
            return json.loads(done.stdout)
        print(done.stdout, flush=True)
        return None

    start = time.monotonic()
    program = str(HERE / "program.toml")
    run("program", "apply", program)
    imported = run("import", "order-lines", file, "--map", str(HERE / "mapping.toml"), answer=True)
    run("evaluate", "--as-of", AS_OF)
    run("report", "tiers", "--as-of", AS_OF)
    run("report", "liability", "--as-of", AS_OF)
    run("explain", "14646", "--as-of", AS_OF)
    same = run("program", "simulate", program, "--as-of", AS_OF, answer=True)
    run("program", "simulate", str(HERE / "generous.toml"), "--as-of", AS_OF, "--movers", "5")
    verified = run("verify", answer=True)
    seconds = time.monotonic() - start
    orders = imported["in_file"].get("order.completed", {})
    refunds = imported["in_file"].get("order.refunded", {})
    print(json.dumps({
        "lines": imported["lines"],
        "rejected": imported["rejected"],
        "accepted": imported["accepted"],
        "members": verified["members"],
        "orders": orders.get("facts", 0),
        "orders_minor": orders.get("amount_minor", 0),
        "refunds": refunds.get("facts", 0),
        "refunds_minor": -refunds.get("amount_minor", 0),
        "simulate_equal": same["equal"],
        "verify_findings": verified["findings"],
        "seconds": round(seconds, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }, separators=(",", ":")))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory(prefix="hansa-online-retail-") as folder:
            main(sys.argv[1], ["--data", folder])
    else:
        main(sys.argv[1], sys.argv[2:])
