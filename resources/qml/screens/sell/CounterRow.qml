import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Who buys, in one glance: the age check, the medical card, and the fullest limit where the meters are out of sight.
ColumnLayout {
    id: counter
    required property var vm
    property bool summary: false
    readonly property var law: vm.law
    readonly property var age: law.age || ({ state: "none", needed: 0, by: "" })
    readonly property var medical: law.medical || ({})
    readonly property var fullest: (law.meters || []).reduce((most, row) => most && Number(most.share) >= Number(row.share) ? most : row, null)
    readonly property bool asked: age.state !== "none" || !!law.limited
    readonly property bool wanted: asked || !!medical.expires

    spacing: 6
    visible: wanted
    GridLayout {
        Layout.fillWidth: true
        columnSpacing: 8
        columns: Theme.scale > 1.4 ? 1 : 2
        rowSpacing: 6
        visible: counter.asked
        ActionButton {
            id: chip
            readonly property string meaning: CounterWords.ageMeaning(counter.age.state)
            Layout.fillWidth: true
            wraps: true
            iconName: CounterWords.ageIcon(counter.age.state)
            shortcut: "F7"
            text: CounterWords.age(counter.age)
            tip: counter.age.proof ? CounterWords.proof(counter.age.proof) : qsTr("Check the age")
            background: Rectangle {
                border { color: Theme.meaning(chip.meaning); width: 1 }
                color: chip.down ? Theme.pressed : Theme.meaningSoft(chip.meaning)
                radius: Theme.radius
                FocusRing { around: chip }
            }
            onClicked: counter.vm.age.open()
        }
        Badge {
            meaning: counter.fullest ? CounterWords.meterMeaning(counter.fullest.state) : ""
            text: (fmt.locale, counter.fullest ? qsTr("Limit %1").arg(fmt.percent(String(Math.floor(Number(counter.fullest.share) * 100 + 1e-6) / 100))) : "")
            visible: counter.summary && !!counter.fullest
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 6
        visible: !!counter.medical.expires
        Icon { color: Theme.meaning(counter.medical.expired ? "problem" : ""); name: counter.medical.expired ? "alert-octagon" : "medical-bag"; size: 16 }
        AppText {
            Layout.fillWidth: true
            color: counter.medical.expired ? Theme.problem : Theme.ink
            font.pixelSize: Theme.small
            strong: !!counter.medical.expired
            text: (fmt.locale, counter.medical.expired ? qsTr("Medical card expired on %1").arg(fmt.date(counter.medical.expires || ""))
                                                       : qsTr("Medical card valid until %1").arg(fmt.date(counter.medical.expires || "")))
            wrapMode: Text.Wrap
        }
    }
}
