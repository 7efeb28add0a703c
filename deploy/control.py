"""What Scrapyd takes from whoever has its password, checked before it is taken. Named in ``scrapyd.conf``.

Whoever has the password may upload code, so this is no wall against them. It is one against mistakes, and against pages
open in a browser that knows the password.
"""

import re
from urllib.parse import urlsplit

from scrapyd import webservice

JOB = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
"""A job's id becomes the name of files; of one with ``../`` in it Scrapyd 1.6 starts no job, and its place is lost."""


class _Here:
    """A change that a page of another origin asks for is refused: Scrapyd itself lets every page in."""

    def render(self, txrequest):
        origin = txrequest.getHeader("Origin")
        if origin and urlsplit(origin).netloc != txrequest.getHeader("Host"):
            return _refuse(txrequest, 403, "asked by a page of another origin")
        return super().render(txrequest)


def _refuse(txrequest, status, why):
    txrequest.setResponseCode(status)
    txrequest.setHeader("Content-Type", "application/json")
    return f'{{"status": "error", "message": "{why}"}}\n'.encode()


class Schedule(_Here, webservice.Schedule):
    """Refuses what cannot be the name of a job, and a setting without a value."""

    def render(self, txrequest):
        """Answer 400 to what Scrapyd would take and choke on."""
        jobs = [value.decode("utf-8", "replace") for value in txrequest.args.get(b"jobid", [])]
        if not all(JOB.fullmatch(job) for job in jobs):
            return _refuse(txrequest, 400, "jobid is letters, digits, - and _, up to 64")
        if any(name.startswith(b"_") and name != b"_version" for name in txrequest.args):
            return _refuse(txrequest, 400, "names that begin with _ are Scrapyd's own")
        if not all(b"=" in value for value in txrequest.args.get(b"setting", [])):
            return _refuse(txrequest, 400, "a setting is NAME=VALUE")
        return super().render(txrequest)


class Cancel(_Here, webservice.Cancel):
    """Stops a job."""


class AddVersion(_Here, webservice.AddVersion):
    """Takes an egg."""


class DeleteVersion(_Here, webservice.DeleteVersion):
    """Deletes an egg."""


class DeleteProject(_Here, webservice.DeleteProject):
    """Deletes all eggs."""
