// What a request says: path, query, body and key, and what is said of those that make no sense.

import BudgetService
import HTTPTypes
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct RequestFieldsTests {
    private func read(
        _ command: Command, values: [String] = [], query: String? = nil, body: String = "",
        type: String? = "application/json", coding: String? = nil, key: String? = "k"
    ) -> String {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentEncoding] = coding
        headers[.idempotencyKey] = key
        guard let resource = Resource.all.first(where: { $0.command == command }) else { return "" }
        do throws(Problem) {
            let fields = try RequestFields(
                resource, values: values, query: query.map { Substring($0) },
                body: ByteBuffer(string: body), headers: headers)
            let pairs = fields.fields.map { "\($0.name.text)=\($0.value)" }
            return (fields.positions + pairs).joined(separator: " ")
        } catch {
            return "\(error.status.code) \(error.detail)"
        }
    }

    @Test func aBody() {
        #expect(
            read(.charge, body: #"{"user": "a\u00e9\n", "input_tokens": 12, "cost_usd": 0.10}"#)
                == "user=aé\n input_tokens=12 cost_usd=0.10 idempotency_key=k")
        #expect(read(.charge, body: #"{"cost_usd": "1.5"}"#) == "cost_usd=1.5 idempotency_key=k")
        #expect(read(.commit, values: ["t.x"], key: nil) == "t.x")
        let type = "Application/JSON; charset=utf-8"
        #expect(read(.charge, body: "{}", type: type) == "idempotency_key=k")
    }

    @Test(arguments: [
        ("[]", "400 the body is a list; expected an object of fields"),
        ("7", "400 the body is 7; expected an object of fields"),
        ("{", "400 body:1: not valid JSON: found the end; expected a name"),
        (
            "{\"input_tokens\": 01}",
            "400 body:1: not valid JSON: found 01; expected a number as JSON spells it"
        ),
        ("\u{feff}{}", "400 body:1: not valid JSON: found a byte order mark; expected a value"),
        (#"{"user": 7}"#, "400 user is 7; expected a JSON string"),
        (#"{"user": null}"#, "400 user is null; expected a JSON string"),
        (#"{"user": {}}"#, "400 user is an object; expected a JSON string"),
        (#"{"input_tokens": "7"}"#, "400 input_tokens is \"7\"; expected a JSON number"),
        (
            #"{"usr": 7}"#,
            "400 unknown field \"usr\"; did you mean \"user\"? (it is 7; a name of the policy's "
                + "own has a string)"
        ),
        (#"{"label.a": [7]}"#, "400 \"label.a\" is a list; expected a JSON string"),
        // That it doesn't belong is the service's to say.
        (#"{"count": "7", "cap": true}"#, "count= cap= idempotency_key=k"),
        (#"{"cost_usd": true}"#, "400 cost_usd is true; expected a JSON number or a string of one"),
        (
            #"{"idempotency_key": "k"}"#,
            "400 idempotency_key is in the request; expected it as Idempotency-Key"
        ),
    ])
    func aBodyThatMakesNoSense(body: String, said: String) {
        #expect(read(.charge, body: body) == said)
    }

    @Test func theRest() {
        #expect(read(.usage, query: "user=a+b%26c&label.x=1") == "user=a b&c label.x=1")
        #expect(
            read(.usage, query: "user")
                == "400 \"user\" has no value; expected name=value in the query")
        #expect(
            read(.usage, query: "user=%ff")
                == "400 \"user\" is \"%ff\"; expected UTF-8 with percent escapes like %2F")
        #expect(
            read(.usage, query: "%zz=a")
                == "400 a name in the query is \"%zz\"; expected UTF-8 with percent escapes like "
                + "%2F")
        #expect(read(.usage, body: "{}").hasPrefix("400 there is a body"))
        #expect(read(.charge, query: "user=a").hasPrefix("400 there is a query"))
        #expect(
            read(.charge, body: "user=a", type: "text/plain")
                == "415 Content-Type is \"text/plain\"; expected application/json")
        #expect(
            read(.charge, body: "{}", type: nil)
                == "415 Content-Type is missing; expected application/json")
        #expect(
            read(.charge, body: "{}", coding: "gzip")
                == "415 Content-Encoding is \"gzip\"; expected none")
        #expect(read(.charge, body: "{}", coding: "identity") == "idempotency_key=k")
        #expect(read(.charge, key: nil).hasPrefix("400 Idempotency-Key is missing; expected 1 to"))
        #expect(
            read(.charge, key: "a b")
                == "400 Idempotency-Key is \"a b\"; expected one of ASCII's letters and signs, "
                + "without blanks")
        #expect(
            read(.limitSet, values: ["a/b"], body: #"{"cap": 7}"#)
                == "limit=a/b cap=7 idempotency_key=k")
    }

    @Test func bytesThatAreNoUTF8() {
        #expect(throws: Problem.self) {
            try JSONBody.members(
                ByteBuffer(bytes: Array(#"{"user": ""#.utf8) + [0xff, 0x22, 0x7d]),
                of: Command.charge.spec)
        }
    }
}
