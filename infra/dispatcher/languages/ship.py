"""A function in Python: it tells a file what it gets, and fails the first time."""

import base64
import os

TOLD = os.environ["TOLD"]


def handler(event, context):
    calls = 1
    if os.path.exists(TOLD):
        with open(TOLD, encoding="utf-8") as told:
            calls += len(told.readlines())
    with open(TOLD, "a", encoding="utf-8") as told:
        for records in event["records"].values():
            for record in records:
                value = base64.b64decode(record["value"]).decode()
                by = bytes(byte % 256 for byte in record["headers"][0]["by"]).decode()
                told.write(f"got {calls} {value} at {record['offset']}, by {by}\n")
    if calls == 1:
        raise ValueError("not at first")
