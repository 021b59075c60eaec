"""Requests as a program would send them."""

import uuid

import schemathesis

# What can only be an answer of ours, or a name in the program: its shape tells nothing. And an answer in part is not the whole that is described.
ASKED_FOR = {"after", "custom", "fields", "kinds", "tier", "track"}


@schemathesis.hook
def before_call(context, case, **kwargs):
    """A request that is meant to be right asks for nothing but what its shape tells, and sends an idempotency key of its own, if any."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in ASKED_FOR & set(case.query or {}):
        del case.query[name]
    for name in case.headers or {}:
        if name.lower() == "idempotency-key":
            case.headers[name] = str(uuid.uuid4())
