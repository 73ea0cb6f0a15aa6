import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Digests and their spellings. */
final class Bytes {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    private Bytes() {}

    static byte[] sha256(byte[] data) throws GeneralSecurityException {
        return digest("SHA-256", data);
    }

    /** Takes a name or the dotted number of an algorithm. */
    static byte[] digest(String algorithm, byte[] data) throws GeneralSecurityException {
        return MessageDigest.getInstance(algorithm, BC).digest(data);
    }

    static byte[] base64(String text) {
        return Base64.getMimeDecoder().decode(text);
    }

    static String hex(byte[] data) {
        return HexFormat.of().formatHex(data);
    }
}
