import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// How full one purchase limit is: its name, a thin bar, and in words what is used and what is left.
ColumnLayout {
    id: meter
    required property var row
    readonly property real share: Number(row.share)
    readonly property string meaning: CounterWords.meterMeaning(row.state)
    readonly property string used: (fmt.locale, qsTr("%1 used").arg(fmt.percent(String(Math.floor(share * 100 + 1e-6) / 100))))
    readonly property string room: {
        fmt.locale
        if (row.state === "full" || row.state === "over")
            return CounterWords.meterState(row.state)
        return qsTr("Left: %1").arg(row.left.map(one => CounterWords.amount(fmt.quantity(one.left), one.unit, one.category)).join(qsTr(" or ", "between two amounts")))
    }
    readonly property string earlier: (fmt.locale, Number(row.before) > 0 ? qsTr("%1 of it bought before").arg(fmt.percent(String(Math.ceil(Number(row.before) * 100 - 1e-6) / 100))) : "")

    spacing: 4
    Accessible.name: [row.rule, used, CounterWords.meterState(row.state), room, earlier].filter(text => text).join(", ")
    Accessible.role: Accessible.ProgressBar
    RowLayout {
        Layout.fillWidth: true
        spacing: 6
        Icon { color: Theme.meaning(meter.meaning); name: Theme.meaningIcon(meter.meaning); size: 16 }
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; strong: true; text: meter.row.rule + " · " + CounterWords.period(meter.row.visit, meter.row.days); wrapMode: Text.Wrap }
        AppText { color: Theme.meaning(meter.meaning); font.pixelSize: Theme.small; strong: true; text: meter.used }
    }
    Rectangle {
        Layout.fillWidth: true
        color: Theme.sunken
        implicitHeight: 6
        radius: 3
        Rectangle { color: Theme.meaning(meter.meaning); height: 6; radius: 3; visible: meter.share > 0; width: Math.max(6, parent.width * Math.min(1, meter.share)) }
    }
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: [meter.room, meter.earlier].filter(text => text).join(" · "); wrapMode: Text.Wrap }
}
