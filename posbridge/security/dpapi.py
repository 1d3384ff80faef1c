"""Windows' Data Protection API: bytes sealed for this user on this machine.

`protect` and `unprotect` are None on other systems. CryptProtectData and CryptUnprotectData of crypt32.dll
(learn.microsoft.com, dpapi.h); the flag UI_FORBIDDEN, because nobody sits before a service.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

protect: Callable[[bytes], bytes] | None = None
unprotect: Callable[[bytes], bytes] | None = None

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _UI_FORBIDDEN = 0x1
    _PURPOSE = b"posbridge master key"

    class _Blob(ctypes.Structure):
        _fields_ = (("size", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char)))

    def _blob(content: bytes) -> _Blob:
        return _Blob(len(content), ctypes.cast(ctypes.create_string_buffer(content), ctypes.POINTER(ctypes.c_char)))

    def _call(name: str, content: bytes) -> bytes:
        """The outcome of one of the two functions. Raises OSError with Windows' reason."""
        source, purpose, outcome = _blob(content), _blob(_PURPOSE), _Blob()
        function = getattr(ctypes.WinDLL("crypt32", use_last_error=True), name)
        done = function(
            ctypes.byref(source), None, ctypes.byref(purpose), None, None, _UI_FORBIDDEN, ctypes.byref(outcome)
        )
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return ctypes.string_at(outcome.data, outcome.size)
        finally:
            free = ctypes.WinDLL("kernel32").LocalFree
            free.argtypes = (ctypes.c_void_p,)
            free(outcome.data)

    def _protect(content: bytes) -> bytes:
        return _call("CryptProtectData", content)

    def _unprotect(content: bytes) -> bytes:
        return _call("CryptUnprotectData", content)

    protect, unprotect = _protect, _unprotect
