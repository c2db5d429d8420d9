"""The answers of a name server: an address, no such name, or nothing of the kind that was asked for."""

from collections.abc import Callable

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL_S = 5
"""An instance that is replaced is found at its new address soon."""

AddressOf = Callable[[str], str | None]
"""The address of a host, whose name ends with a dot; None for one that there is not."""


def answered(question: bytes, address_of: AddressOf) -> bytes | None:
    """The answer to a question; None for what is no question."""
    try:
        query = dns.message.from_wire(question)
        answer = dns.message.make_response(query)
    except dns.exception.DNSException:
        return None
    answer.flags |= dns.flags.AA
    for asked in query.question:
        address = address_of(asked.name.to_text().lower())
        if address is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(asked.name, TTL_S, "IN", "A", address))
    return answer.to_wire()
