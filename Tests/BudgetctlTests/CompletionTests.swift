// What the shells complete, by the scripts that the programs write: each asked in its own way, and
// the same of all three.

import Foundation
import TestSupport
import Testing

extension Control {
    @Suite struct CompletionTests {
        /// What is typed, and what its last word becomes.
        private static let rows = [
            ("budgetctl gr", "grant"), ("budgetctl audit v", "verify"),
            ("budgetctl limit uns", "unset"), ("budgetctl usage --serv", "--server"),
            ("budgetctl run --by t", "time"), ("budgetctl run r1 --al", "--all"),
            ("budgetctl grant daily user=a --am", "--amount"),
            ("budgetctl grant daily user=a --amount 5 --rea", "--reason"),
            ("budgetctl top us", "user"), ("budgetctl top user --window w", "week"),
            ("budgetctl token create --role w", "worker"), ("budgetctl token revoke --i", "--id"),
            ("budgetctl audit list --action gr", "grant"),
            ("budgetctl policy check pol", "policy.yaml"),
            ("budgetctl prices check pol", "policy.yaml"),
            ("budgetctl status --token-file pol", "policy.yaml"),
            ("budgetctl status --tls-ca pol", "policy.yaml"), ("budgetd --durab", "--durability"),
            ("budgetd --durability ev", "everysec"), ("budgetd --log-level tr", "trace"),
            ("budgetd --config pol", "policy.yaml"), ("budgetd --state dat", "data/"),
            ("budgetd --redis-allow appendo", "appendonly"),
        ]

        private let directory: TestDirectory

        init() throws {
            directory = try TestDirectory()
            _ = try directory.write("policy.yaml", "")
            _ = try directory.write("lines", Self.rows.map { $0.0 + "\n" }.joined())
            for name in ["scripts", "data"] {
                try FileManager.default.createDirectory(
                    atPath: directory.path + "/" + name, withIntermediateDirectories: false)
            }
        }

        /// Writes the script of each program, under the name that the shell finds it by.
        private func write(_ shell: String, _ name: (String) -> String) throws {
            for program in ["budgetctl", "budgetd"] {
                let writing = try TestProcess(
                    [Bench.program(program), "--generate-completion-script", shell],
                    directory: directory.path, output: directory.path + "/scripts/" + name(program),
                    errors: directory.path + "/err")
                #expect(writing.waitForEnd(seconds: 60) == .exit(0), "\(directory.text("err"))")
            }
        }

        /// Runs a script in a directory with nothing of the user's, and expects each row's word.
        private func expectRows(_ arguments: [String]) throws {
            let asking = try TestProcess(
                ["env", "-i", "-C", directory.path, "HOME=" + directory.path, "PATH=/usr/bin:/bin"]
                    + arguments,
                directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            #expect(asking.waitForEnd(seconds: 60) == .exit(0), "\(directory.text("err"))")
            let told = directory.text("out").components(separatedBy: "\n")
            #expect(told.count == Self.rows.count + 1)
            for ((line, word), found) in zip(Self.rows, told) {
                #expect(found.trimmingCharacters(in: .whitespaces) == word, "\(line)")
            }
            #expect(directory.text("err").isEmpty, "\(directory.text("err"))")
        }

        @Test func bash() throws {
            try write("bash") { $0 }
            try expectRows([
                "bash", "--norc", "-c",
                """
                source scripts/budgetctl; source scripts/budgetd
                compopt() { :; }
                while read -r COMP_LINE; do
                    COMP_WORDS=($COMP_LINE) COMP_POINT=${#COMP_LINE} COMPREPLY=()
                    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                    "_${COMP_WORDS[0]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" \
                        "${COMP_WORDS[COMP_CWORD - 1]}"
                    [[ ! -d ${COMPREPLY[0]} ]] || COMPREPLY[0]+=/
                    echo "${COMPREPLY[@]}"
                done <lines
                """,
            ])
        }

        @Test func fish() throws {
            try write("fish") { $0 + ".fish" }
            try expectRows([
                "fish", "--no-config", "--command",
                """
                source scripts/budgetctl.fish; source scripts/budgetd.fish
                while read line
                    printf '%s\\n' (complete --do-complete $line | string split --fields 1 \\t)
                end <lines
                """,
            ])
        }

        /// zsh completes in its line editor only: keys are typed on a terminal, and the tab tells
        /// the last word of what the line became.
        @Test func zsh() throws {
            try write("zsh") { "_" + $0 }
            _ = try directory.write(
                ".zshrc",
                """
                fpath=($PWD/scripts $fpath)
                autoload -Uz compinit && compinit -u -D
                tell() {
                    zle expand-or-complete
                    print -r -- "${${(z)BUFFER}[-1]}" >>told
                    BUFFER=
                }
                zle -N tell
                bindkey '^I' tell
                PS1='ready> '
                """)
            let own = Bench.checkout + "/.build/venv/bin/python"
            let python = FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
            try expectRows([
                python, "-c",
                """
                import pexpect
                c = pexpect.spawn('zsh', ['-d', '-i'], timeout=20, encoding='utf8',
                    env={'TERM': 'dumb', 'PATH': '/usr/bin:/bin', 'ZDOTDIR': '.'})
                c.expect_exact('ready> ')
                for line in open('lines'):
                    c.send(line.rstrip('\\n') + '\\t')
                c.send('exit\\r')
                c.expect(pexpect.EOF)
                print(open('told').read(), end='')
                """,
            ])
        }
    }
}
