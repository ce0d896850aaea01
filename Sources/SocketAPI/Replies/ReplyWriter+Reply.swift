// Replies → bytes.

import BudgetService
import RESP

extension ReplyWriter {
    mutating func write(_ reply: Reply) {
        switch reply {
        case .word(let word): simple(word.text)
        case .error(let error): self.error("\(error.code.rawValue) \(error.message)")
        case .answer(let answer): write(answer)
        case .value(let value): write(value)
        case .subscription(let word, let channel, let count):
            push(count: 3)
            bulk(word.text)
            if let channel { bulk(channel) } else { null() }
            integer(count)
        case .message(let channel, let text):
            push(count: 3)
            bulk("message")
            bulk(channel)
            bulk(text)
        case .arrayHead(let count): array(count: count)
        }
    }

    mutating func write(_ answer: Answer) {
        switch answer {
        case .null: null()
        case .integer(let value): integer(Int(value))
        case .text(let text): bulk(text)
        case .list(let answers):
            array(count: answers.count)
            for answer in answers { write(answer) }
        case .map(let pairs):
            map(count: pairs.count)
            for pair in pairs {
                bulk(pair.name.text)
                write(pair.value)
            }
        }
    }

    mutating func write(_ value: ReplyValue) {
        switch value {
        case .null: null()
        case .integer(let value): integer(value)
        case .text(let text): bulk(text)
        case .bytes(let bytes): bulk(bytes)
        case .flag(let flag): simple(flag.text)
        case .list(let values):
            array(count: values.count)
            for value in values { write(value) }
        case .map(let pairs):
            map(count: pairs.count)
            for pair in pairs {
                bulk(pair.name)
                write(pair.value)
            }
        }
    }
}
