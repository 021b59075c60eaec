"""Requests as a program would send them."""

import uuid

import schemathesis

# What can only be an answer of ours, or a name in the program: its shape tells nothing.
ASKED_FOR = {"after", "custom", "kinds", "tier", "track"}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Nothing is asked for in part: `fields` leaves less than the description of the whole demands. Our own tests look at it."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "parameters" in operation:
                operation["parameters"] = [one for one in operation["parameters"] if one.get("name") != "fields"]


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
