"""Renders templates with Jinja2, set up as transformers sets it up: one JSON object a line in, one a line out."""
import datetime
import json
import sys

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Raised(Exception):
    pass


def raise_exception(message):
    raise Raised(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def outcome(environment, line):
    try:
        return {"text": environment.from_string(line["template"]).render(**line["variables"])}
    except Raised as raised:
        return {"raised": str(raised)}
    except Exception as error:  # whatever a template does wrong
        return {"error": f"{type(error).__name__}: {error}"}


def environment(optimized):
    result = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols], optimized=optimized)
    result.filters["tojson"] = tojson
    result.globals["raise_exception"] = raise_exception
    result.globals["strftime_now"] = lambda form: datetime.datetime(2025, 6, 7, 8, 9, 10).strftime(form)
    return result


def main():
    plain, optimizing = environment(False), environment(True)
    print(json.dumps({"version": jinja2.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        # Jinja2 computes constants by other rules than the rest: where its two ways differ, there is nothing to agree with
        first, second = outcome(plain, request), outcome(optimizing, request)
        same = first == second or ("error" in first and "error" in second)
        print(json.dumps(second if same else {"unsure": ""}), flush=True)


main()
