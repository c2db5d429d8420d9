"""The load generator: journeys through the shop at a set rate or by a set number of people.

Run it with `python -m loadgen`; it needs gevent in place of blocking calls, so nothing here may be imported
before `loadgen.__main__` but `loadgen.spec`.
"""
