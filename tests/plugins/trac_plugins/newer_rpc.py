"""Gives TracXMLRPC 1.2.0 what its later versions have and TracRpcProtocols asks for. Imported when Python starts."""
import sys


class Finder:
    """Adds to `tracrpc.util` when that is imported."""

    def find_spec(self, name, path=None, target=None):
        if name != 'tracrpcext':
            return None
        sys.meta_path.remove(self)
        from trac.util import translation
        from tracrpc import util
        util.cleandoc_, util.gettext = translation.cleandoc_, translation.gettext
        util.to_b = lambda text: text.encode('utf-8') if isinstance(text, str) else text
        return None


sys.meta_path.insert(0, Finder())
