using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

public sealed class AccountTableTests
{
    [Fact]
    public void Truncate_AccountsOfANewBank_ForgetsBoth()
    {
        var accounts = new AccountTable();
        accounts.Intern(new BankId("1"), "A");
        accounts.Intern(new BankId("2"), "A");
        accounts.Intern(new BankId("1"), "B");
        accounts.Intern(new BankId("3"), "A");

        accounts.Truncate(2);

        Assert.Equal((2, 2), (accounts.Count, accounts.Banks.Count));
        Assert.False(accounts.TryFind(new BankId("1"), "B", out _));
        Assert.Equal(-1, accounts.IndexOf(new BankId("3")));
        Assert.Equal(new AccountId(2), accounts.Intern(new BankId("4"), "A"));
        Assert.Equal("4", accounts.BankOf(new AccountId(2)).Value);
    }
}
