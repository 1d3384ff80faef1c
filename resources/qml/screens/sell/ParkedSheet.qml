import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

Sheet {
    id: sheet
    required property var vm
    subtitle: qsTr("The basket you have now is parked in exchange.")
    title: qsTr("Parked baskets")

    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true
        model: sheet.vm.parked
        delegate: ListRow {
            required property var modelData
            detail: (fmt.locale, fmt.beat, qsTr("%n article(s)", "", Number(modelData.count)) + " · " + qsTr("%1 ago").arg(fmt.ago(modelData.at)))
            iconName: "pause-circle-outline"
            title: modelData.label || qsTr("Without a name")
            width: list.width
            trailing: MoneyText { amount: modelData.total; currency: modelData.currency; strong: true }
            onClicked: { sheet.vm.recall(modelData.id); sheet.close() }
        }
        EmptyState { anchors.centerIn: parent; detail: qsTr("F8 parks the basket of a customer who comes back."); iconName: "tray"; title: qsTr("Nothing is parked"); visible: list.count === 0; width: parent.width - 48 }
    }
}
