"""Security headers on every response, error pages and static files included (S-23).

A view that needs something else (a public page that may be cached, the sandboxed mail preview) sets its own
header; what is set is kept.
"""

import secrets

from flask import Flask, Response, g, request

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
        "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip

_FIXED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
}


def install(app: Flask) -> None:
    app.after_request(_add)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """This response's nonce, for ``<script nonce=…>`` and ``<style nonce=…>``."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def content_security_policy(framed_by: tuple[str, ...] = ()) -> str:
    """What the page may load, and which sites may show it in a frame: none unless said."""
    nonce = f"'nonce-{csp_nonce()}'"
    framers = " ".join(framed_by) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {nonce}",
            f"style-src 'self' {nonce}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",  # the mail preview, which is sandboxed and has a policy of its own
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {framers}",
        )
    )


def mail_preview_policy(public_url: str, *, images: bool = True) -> str:
    """For a page that shows mail HTML in a frame (S-24): an origin of its own, no script, inline styles only."""
    pictures = f"'self' data: {public_url}" if images else "'none'"
    return f"sandbox; default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; frame-ancestors 'self'"


def _add(response: Response) -> Response:
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_security_policy())
    if "Cache-Control" not in response.headers or (request.endpoint != "static" and not response.cache_control.public):
        response.headers["Cache-Control"] = "no-store"
    return response
