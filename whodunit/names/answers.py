"""The answers of a name server: an address, no such name, or nothing of the kind that was asked for."""

from collections.abc import Mapping

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL_S = 5
"""An instance that is replaced is found at its new address soon."""


def answered(question: bytes, addresses: Mapping[str, str]) -> bytes | None:
    """The answer to a question about a name of `addresses`, which end with a dot; None for what is no question."""
    try:
        query = dns.message.from_wire(question)
        answer = dns.message.make_response(query)
    except dns.exception.DNSException:
        return None
    answer.flags |= dns.flags.AA
    for asked in query.question:
        address = addresses.get(asked.name.to_text().lower())
        if address is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(asked.name, TTL_S, "IN", "A", address))
    return answer.to_wire()
