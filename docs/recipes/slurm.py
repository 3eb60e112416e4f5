"""Grades a class on Slurm: starts workers as jobs, runs one command of the grader, and gives the nodes back.

    CERTIFICATES=FOLDER; . docs/recipes/settings.sh
    python docs/recipes/slurm.py --jobs 10 -- grade week1 submissions/

Needs `pip install dask-jobqueue` besides the grader. The environment and the certificates must lie on a file system
that the nodes see. Each job is one worker; it runs as many submissions at once as it has cores.
"""

import argparse
import subprocess
import sys

from dask_jobqueue import SLURMCluster
from distributed import Security

CORES, GIB = 4, 8
"""Of one job: a submission takes a core, and up to 1.5 GiB beside what all of them share."""


def main() -> int:
    """Run the command; gives its exit status."""
    parser = argparse.ArgumentParser(description="Grade a class on Slurm.")
    parser.add_argument("--jobs", type=int, default=4, help="workers to start")
    parser.add_argument("--queue", help="partition; default: Slurm's own")
    parser.add_argument("--account")
    parser.add_argument("--walltime", default="04:00:00")
    parser.add_argument("command", nargs="+", help="after --, a command of the grader without --cluster")
    arguments = parser.parse_args()
    with SLURMCluster(
        queue=arguments.queue,
        account=arguments.account,
        walltime=arguments.walltime,
        cores=CORES,
        processes=1,  # one warm sandbox a job, in which CORES submissions run at once
        memory=f"{GIB}GB",
        security=Security(),  # the certificates that settings.sh has named
        protocol="tls://",
        worker_extra_args=["--no-dashboard", "--dashboard-address", "127.0.0.1:0", "--memory-limit", "0"],
        scheduler_options={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        # a node's temporary folder, so that data sets are not written to the shared file system
        local_directory="/tmp",  # noqa: S108
    ) as cluster:
        cluster.scale(jobs=arguments.jobs)
        cluster.wait_for_workers(1)
        line = [sys.executable, "-m", "grader", *arguments.command, "--cluster", cluster.scheduler_address]
        return subprocess.run(line, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
