import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The purchase limits of the basket, and what the customer's POS said last.
ColumnLayout {
    id: limits
    required property var vm
    readonly property var law: vm.law

    spacing: 10
    Repeater {
        model: limits.law.meters || []
        LimitMeter { required property var modelData; Layout.fillWidth: true; row: modelData }
    }
    Repeater {
        model: limits.law.allotments || []
        RowLayout {
            id: said
            required property var modelData
            required property int index
            Layout.fillWidth: true
            spacing: 6
            Icon { name: "store-clock-outline"; size: 16 }
            AppText {
                Layout.fillWidth: true
                font.pixelSize: Theme.small
                text: (fmt.locale, fmt.beat, qsTr("POS: %1 left, said %2 ago").arg(CounterWords.amount(fmt.quantity(said.modelData.left), said.modelData.unit, said.modelData.category)).arg(fmt.ago(said.modelData.at)))
                wrapMode: Text.Wrap
            }
            IconButton { enabled: !limits.vm.busy; iconName: "refresh"; text: qsTr("Ask the POS again"); visible: said.index === 0; onClicked: limits.vm.ask_allotments() }
        }
    }
}
