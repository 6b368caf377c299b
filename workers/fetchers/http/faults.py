"""Translates libcurl's error codes into ours, by one table (https://curl.se/libcurl/c/libcurl-errors.html)."""

from __future__ import annotations

from typing import Final

import pycurl

from workers import errors

E_TOO_LARGE: Final = 100
"""CURLE_TOO_LARGE, for headers beyond libcurl's bounds; pycurl has no name for it."""

E_PROXY: Final = 97
"""CURLE_PROXY, for a failed handshake with a SOCKS proxy; pycurl has no name for it."""

FAULTS: Final[dict[int, type[errors.FetchError]]] = {
    pycurl.E_OPERATION_TIMEDOUT: errors.FetchTimeout,
    pycurl.E_COULDNT_RESOLVE_HOST: errors.DnsFailed,
    pycurl.E_COULDNT_RESOLVE_PROXY: errors.ProxyFailed,
    E_PROXY: errors.ProxyFailed,
    pycurl.E_COULDNT_CONNECT: errors.ConnectionFailed,
    pycurl.E_INTERFACE_FAILED: errors.ConnectionFailed,
    pycurl.E_NO_CONNECTION_AVAILABLE: errors.ConnectionFailed,
    pycurl.E_GOT_NOTHING: errors.ConnectionFailed,
    pycurl.E_PARTIAL_FILE: errors.ConnectionFailed,
    pycurl.E_RECV_ERROR: errors.ConnectionFailed,
    pycurl.E_SEND_ERROR: errors.ConnectionFailed,
    pycurl.E_SEND_FAIL_REWIND: errors.ConnectionFailed,
    pycurl.E_HTTP2: errors.ConnectionFailed,
    92: errors.ConnectionFailed,  # CURLE_HTTP2_STREAM
    93: errors.ConnectionFailed,  # CURLE_RECURSIVE_API_CALL
    95: errors.ConnectionFailed,  # CURLE_HTTP3
    96: errors.ConnectionFailed,  # CURLE_QUIC_CONNECT_ERROR
    pycurl.E_AGAIN: errors.ConnectionFailed,
    pycurl.E_OUT_OF_MEMORY: errors.ConnectionFailed,
    pycurl.E_SSL_CONNECT_ERROR: errors.TlsFailed,
    pycurl.E_SSL_CERTPROBLEM: errors.TlsFailed,
    pycurl.E_SSL_CIPHER: errors.TlsFailed,
    pycurl.E_PEER_FAILED_VERIFICATION: errors.TlsFailed,
    pycurl.E_SSL_ISSUER_ERROR: errors.TlsFailed,
    pycurl.E_SSL_PINNEDPUBKEYNOTMATCH: errors.TlsFailed,
    pycurl.E_SSL_INVALIDCERTSTATUS: errors.TlsFailed,
    pycurl.E_SSL_CACERT_BADFILE: errors.TlsFailed,
    pycurl.E_SSL_CRL_BADFILE: errors.TlsFailed,
    pycurl.E_SSL_SHUTDOWN_FAILED: errors.TlsFailed,
    pycurl.E_USE_SSL_FAILED: errors.TlsFailed,
    98: errors.TlsFailed,  # CURLE_SSL_CLIENTCERT
    101: errors.TlsFailed,  # CURLE_ECH_REQUIRED
    pycurl.E_URL_MALFORMAT: errors.BadUrl,
    pycurl.E_FILESIZE_EXCEEDED: errors.ResponseTooLong,
    E_TOO_LARGE: errors.OversizedHead,
    pycurl.E_UNSUPPORTED_PROTOCOL: errors.MalformedHead,  # no HTTP status line (HTTP/0.9)
    pycurl.E_FTP_WEIRD_SERVER_REPLY: errors.MalformedHead,  # as much as CURLE_WEIRD_SERVER_REPLY
    pycurl.E_BAD_CONTENT_ENCODING: errors.BadContent,
    pycurl.E_WRITE_ERROR: errors.BadContent,
}

NEVER: Final[frozenset[int]] = frozenset(
    getattr(pycurl, name)
    for name in dir(pycurl)
    if name.startswith(("E_FTP_", "E_TFTP_", "E_LDAP_", "E_RTSP_", "E_TELNET_", "E_REMOTE_"))
    and getattr(pycurl, name) not in FAULTS  # some are second names of what HTTP knows too
) | frozenset(
    (
        pycurl.E_OK,
        pycurl.E_ABORTED_BY_CALLBACK,
        pycurl.E_ALREADY_COMPLETE,
        pycurl.E_BAD_CALLING_ORDER,
        pycurl.E_BAD_DOWNLOAD_RESUME,
        pycurl.E_BAD_FUNCTION_ARGUMENT,
        pycurl.E_BAD_PASSWORD_ENTERED,
        pycurl.E_CALL_MULTI_PERFORM,
        pycurl.E_CHUNK_FAILED,
        pycurl.E_CONV_FAILED,
        pycurl.E_CONV_REQD,
        pycurl.E_FAILED_INIT,
        pycurl.E_FILE_COULDNT_READ_FILE,
        pycurl.E_FUNCTION_NOT_FOUND,
        pycurl.E_HTTP_POST_ERROR,
        pycurl.E_HTTP_RETURNED_ERROR,
        pycurl.E_LIBRARY_NOT_FOUND,
        pycurl.E_LOGIN_DENIED,
        pycurl.E_MALFORMAT_USER,
        pycurl.E_NOT_BUILT_IN,
        pycurl.E_QUOTE_ERROR,
        pycurl.E_RANGE_ERROR,
        pycurl.E_READ_ERROR,
        pycurl.E_SHARE_IN_USE,
        pycurl.E_SSH,
        pycurl.E_SSL_ENGINE_INITFAILED,
        pycurl.E_SSL_ENGINE_NOTFOUND,
        pycurl.E_SSL_ENGINE_SETFAILED,
        pycurl.E_TOO_MANY_REDIRECTS,
        pycurl.E_UNKNOWN_OPTION,
        pycurl.E_UPLOAD_FAILED,
        pycurl.E_URL_MALFORMAT_USER,
    )
)
"""Codes of what we never ask for: other protocols, uploads, ranges, redirects, engines."""

_VIA_PROXY: Final = frozenset((errors.ConnectionFailed, errors.DnsFailed))
_LONG_HEAD = "Too large response header"
_CUT = ("SYSCALL", "reset by peer", "unexpected eof", "Broken pipe")


def fault(code: int, detail: str, *, proxied: bool) -> errors.FetchError:
    """Return our error for libcurl's ``code``; ``detail`` is its sentence, which holds no secret.

    A handshake that was cut off is a passing fault, though libcurl calls it one of TLS, and endless
    headers are a lasting one, though it calls them one of the connection. What goes wrong on the
    way through a proxy is the proxy's fault, so that another one is tried.
    """
    kind = FAULTS.get(code, errors.FetchError)
    if kind is errors.TlsFailed and any(mark in detail for mark in _CUT):
        kind = errors.ConnectionFailed
    if code == pycurl.E_RECV_ERROR and detail.startswith(_LONG_HEAD):
        kind = errors.ResponseTooLong
    if proxied and kind in _VIA_PROXY:
        return errors.ProxyFailed()
    if proxied or not detail:
        return kind()
    return kind(f"{kind.__doc__} ({detail})")
