/** What was checked of one file, a line each; the first demand that is not met ends it. */
record Report(String file) {
    /** Why a file is not accepted. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    String ending() {
        return file.substring(file.lastIndexOf('.') + 1);
    }

    /** The report of a file inside of this one. */
    Report inside(String name) {
        return new Report(file + "!" + name);
    }

    void demand(boolean holds, String check, Object seen) throws Refused {
        if (!holds) {
            throw new Refused(check + ": " + seen);
        }
        line("OK", check, seen);
    }

    void line(String verdict, String check, Object seen) {
        System.out.println(verdict + "\t" + file + "\t" + check + "\t" + String.valueOf(seen).replaceAll("\\s+", " "));
    }
}
