// BudgetModel
