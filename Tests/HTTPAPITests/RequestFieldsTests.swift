// What a request says: path, query, body and key, and what is said of those that make no sense.

import BudgetService
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct RequestFieldsTests {
    private func read(
        _ command: Command, values: [String] = [], query: String? = nil, body: String = "",
        type: String? = "application/json", key: String? = "k"
    ) -> String {
        guard let resource = Resource.all.first(where: { $0.command == command }) else { return "" }
        do throws(Problem) {
            let fields = try RequestFields(
                resource, values: values, query: query.map { Substring($0) },
                body: ByteBuffer(string: body), contentType: type, key: key)
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
        ("{", "400 body:1: not valid JSON: the file ends; expected a name"),
        (#"{"user": 7}"#, "400 user is 7; expected a JSON string"),
        (#"{"user": null}"#, "400 user is null; expected a JSON string"),
        (#"{"user": {}}"#, "400 user is an object; expected a JSON string"),
        (#"{"input_tokens": "7"}"#, "400 input_tokens is \"7\"; expected a JSON number"),
        (
            #"{"colour": 7}"#,
            "400 unknown field colour; names of the policy's own (fields) are of strings, "
                + "and it is 7"
        ),
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
        #expect(read(.usage, query: "user").hasPrefix("400 a field of the query has no value"))
        #expect(read(.usage, query: "user=%ff").hasPrefix("400 a value in the query is no"))
        #expect(read(.usage, body: "{}").hasPrefix("400 there is a body"))
        #expect(read(.charge, query: "user=a").hasPrefix("400 there is a query"))
        #expect(read(.charge, body: "user=a", type: "text/plain").hasPrefix("415 "))
        #expect(read(.charge, body: "{}", type: nil).hasPrefix("415 "))
        #expect(read(.charge, key: nil).hasPrefix("400 Idempotency-Key is missing; expected 1 to"))
        #expect(
            read(.charge, key: "a b").hasPrefix("400 Idempotency-Key has a blank"))
        #expect(
            read(.limitSet, values: ["a/b"], body: #"{"cap": 7}"#)
                == "limit=a/b cap=7 idempotency_key=k")
    }

    @Test func bytesThatAreNoUTF8() {
        #expect(throws: Problem.self) {
            try JSONBody.members(
                ByteBuffer(bytes: Array(#"{"user": ""#.utf8) + [0xff, 0x22, 0x7d]), [.user])
        }
    }
}
