import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Scanner;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Judges proofs with the JDK, BouncyCastle and PDFBox, and with nothing of the project that made them.
 *
 * <p>Standard input has one line per file: a trust folder (root.pem, issuing-ca.pem, crl.pem), a tab, the file, and for
 * what is detached another tab and the file it is about. The ending of the name says what is expected: tst (RFC 3161
 * token), p7s (CAdES B-T), pdf (PAdES B-LT, or B-LTA with document timestamps), xml (XAdES B-T), asice (ASiC-E with
 * CAdES, whose inner proofs are judged too).
 *
 * <p>Standard output has four columns between tabs. For each file first JUDGE, the file, its ending, the trust folder;
 * then a line per check: OK or BAD, the file (file!entry for what is inside), the check, what was seen. The first
 * check that fails ends a file. Exit code 0 when no check failed, else 1.
 */
final class Checker {
    private Checker() {}

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Logger.getLogger("org.apache.pdfbox").setLevel(Level.OFF); // what its parser grumbles about is no verdict
        boolean good = true;
        try (Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8)) {
            while (lines.hasNextLine()) {
                String[] words = lines.nextLine().split("\t");
                good &= judged(words[0], words[1], words.length > 2 ? words[2] : null);
            }
        }
        System.exit(good ? 0 : 1);
    }

    /** Whether every check of a file holds. */
    static boolean judged(String trust, String file, String about) {
        Report report = new Report(file);
        report.line("JUDGE", report.ending(), trust);
        try {
            byte[] content = about == null ? null : Files.readAllBytes(Path.of(about));
            check(Trust.read(Path.of(trust)), report, Files.readAllBytes(Path.of(file)), content);
            return true;
        } catch (Exception problem) {
            boolean told = problem instanceof Report.Refused;
            report.line("BAD", "refused", told ? problem.getMessage() : problem.toString());
            return false;
        }
    }

    static void check(Trust trust, Report report, byte[] bytes, byte[] about) throws Exception {
        CmsCheck cms = new CmsCheck(trust, report);
        switch (report.ending()) {
            case "tst" -> cms.token(bytes, about, "token");
            case "p7s" -> cms.seal(bytes, about, "seal");
            case "pdf" -> new PdfCheck(trust, report).pdf(bytes);
            case "xml" -> new XmlCheck(trust, report).xml(bytes);
            case "asice" -> new ContainerCheck(trust, report).container(bytes);
            default -> throw new Report.Refused("no check is known for this ending");
        }
    }
}
