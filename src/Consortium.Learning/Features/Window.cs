namespace Consortium.Learning.Features;

/// <summary>Places of the windows in <see cref="Horizon.Windows"/>.</summary>
internal static class Window
{
    public const int Hour = 0;
    public const int SixHours = 1;
    public const int Day = 2;
    public const int Week = 3;
    public const int FourWeeks = 4;
    public const int Count = 5;
}
