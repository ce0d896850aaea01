// The service of one loop, which a reload replaces. A request stays with the service that it was
// given to, so its answer names the policy that it was decided under.

import BudgetModel
import BudgetService

/// Gives requests to the service of now. Confined to its loop.
final class ServiceSwitch: CommandExecutor {
    var service: BudgetService

    init(_ service: BudgetService) {
        self.service = service
    }

    var events: (any EventSource)? { service.events }

    func execute(
        _ request: CommandRequest, completion: @escaping (Result<Answer, BudgetError>) -> Void
    ) {
        service.execute(request, completion: completion)
    }

    func check(_ request: CommandRequest) throws(BudgetError) {
        try service.check(request)
    }
}
