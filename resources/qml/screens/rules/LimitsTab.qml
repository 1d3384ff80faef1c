import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The purchase limits: which rules are in force, and samples of some states to begin with.
Flickable {
    id: tab
    required property var vm
    readonly property bool on: vm.chosen.length > 0
    readonly property string region: on ? vm.chosen[0].region : ""
    readonly property var sample: vm.regions.find(row => row.region === vm.shown)
    readonly property var sets: sample ? sample.sets : []

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: inside.implicitHeight
    ScrollBar.vertical: ScrollBar { policy: tab.contentHeight > tab.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
    ColumnLayout {
        id: inside
        spacing: 16
        width: tab.width - 12
        GridLayout {
            Layout.fillWidth: true
            columnSpacing: 12
            columns: width / Theme.scale > 640 ? 2 : 1
            rowSpacing: 8
            Banner {
                Layout.fillWidth: true
                detail: tab.on ? qsTr("The till refuses what passes a limit, and asks for the age and the medical card.") : qsTr("Nothing is limited. The age is asked for only where a product says so.")
                meaning: tab.on ? "good" : ""
                title: tab.on ? qsTr("The rules of %1 are in force").arg(tab.region) : qsTr("Purchase limits are off")
            }
            InlineConfirm { Layout.alignment: Qt.AlignRight | Qt.AlignVCenter; question: qsTr("Sell without limits?"); text: qsTr("Turn off"); visible: tab.on; onConfirmed: tab.vm.turn_off() }
        }
        AppText { Layout.fillWidth: true; strong: true; text: qsTr("Rules to begin with"); wrapMode: Text.Wrap }
        Flow {
            Layout.fillWidth: true
            spacing: 8
            Repeater {
                model: tab.vm.regions
                Chip { required property var modelData; chosen: tab.vm.shown === modelData.region; iconName: tab.region === modelData.region ? "check" : ""; text: modelData.region; onClicked: tab.vm.show_region(modelData.region) }
            }
        }
        Banner {
            Layout.fillWidth: true
            detail: qsTr("Laws change and places add their own. Compare each number with the source below before you use them; who chooses them is written down.")
            title: qsTr("These are samples. They must be proved.")
        }
        Repeater {
            model: tab.sets
            RuleSet { required property var modelData; Layout.fillWidth: true; rules: modelData }
        }
        ActionButton {
            Layout.alignment: Qt.AlignRight
            enabled: tab.sets.length > 0 && tab.region !== tab.vm.shown && !tab.vm.busy
            iconName: "check"
            text: tab.region === tab.vm.shown ? qsTr("In force") : qsTr("I have proved them: use %1").arg(tab.vm.shown)
            variant: "primary"
            onClicked: tab.vm.use_shown()
        }
        Item { implicitHeight: 8 }
    }
}
